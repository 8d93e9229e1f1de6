#include "base/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>

#include "base/time.h"

namespace watchbill::base::log {

namespace {

constexpr std::size_t kLongestValue = 4096;

std::atomic<Format> g_format{Format::text};  // set once, before threads

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made =
        std::make_shared<spdlog::logger>("watchbill", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *instance;
}

// Not in the middle of a character.
std::string shortened(const std::string& text) {
  auto end = kLongestValue;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

std::string encode(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// One JSON value, whatever is in it; a long one as a shortened string.
std::string dump(const nlohmann::json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    return encode(text.size() > kLongestValue ? nlohmann::json(shortened(text)) : value);
  }
  auto text = encode(value);
  return text.size() > kLongestValue ? encode(shortened(text)) : text;
}

// Words stay bare in text form; everything else is quoted as JSON.
std::string bare_or_quoted(const nlohmann::json& value) {
  if (!value.is_string()) return dump(value);
  const auto& text = value.get_ref<const std::string&>();
  const bool word =
      !text.empty() && text.size() < 200 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=';
      });
  return word ? text : dump(value);
}

void write(spdlog::level::level_enum level, std::string_view name, std::string_view message, Fields fields) {
  if (!logger().should_log(level)) return;
  const auto time = to_iso8601(SystemClock().now());
  std::string line;
  if (g_format == Format::json) {
    line = fmt::format(R"({{"time":"{}","level":"{}","message":{})", time, name, dump(std::string(message)));
    for (const auto& [key, value] : fields)
      line += fmt::format(",{}:{}", dump(std::string(key)), dump(value));
    line += '}';
  } else {
    line = fmt::format("{} {:7} {}", time, name, message);
    for (const auto& [key, value] : fields) line += fmt::format(" {}={}", key, bare_or_quoted(value));
  }
  logger().log(level, spdlog::string_view_t(line));
}

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
    case Level::off:
      return spdlog::level::off;
  }
  return spdlog::level::info;
}

}  // namespace

void configure(Format format, Level level) {
  g_format = format;
  logger().set_level(to_spdlog(level));
}

void debug(std::string_view message, Fields fields) { write(spdlog::level::debug, "debug", message, fields); }
void info(std::string_view message, Fields fields) { write(spdlog::level::info, "info", message, fields); }
void warning(std::string_view message, Fields fields) {
  write(spdlog::level::warn, "warning", message, fields);
}
void error(std::string_view message, Fields fields) { write(spdlog::level::err, "error", message, fields); }

}  // namespace watchbill::base::log
