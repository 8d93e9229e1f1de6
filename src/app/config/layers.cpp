#include "app/config/layers.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "app/config/dotenv.h"
#include "app/config/keys.h"

namespace watchbill::app {

namespace {

constexpr const char* kEnvFiles[] = {".env.production", ".env"};
constexpr std::size_t kLargestEnvFile = 1024 * 1024;

Layer read_environment(const Sources& sources) {
  Layer layer;
  for (const auto& [name, text] : sources.environment) layer[name] = {text, {Origin::Kind::environment, ""}};
  return layer;
}

// A password in a file that everybody may read deserves a word, and no more: containers do that.
void warn_if_exposed(const std::filesystem::path& path, const Layer& layer, const Speaker& say,
                     Layers& result) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0 || (status.st_mode & S_IROTH) == 0) return;
  for (const auto& key : keys()) {
    if (!key.secret || !layer.contains(key.name)) continue;
    result.problems.push_back({.fatal = false,
                               .key = std::string(key.name),
                               .origin = path.filename().string(),
                               .value = "",
                               .message = say("every user of this machine can read this file: chmod 600 {}",
                                              path.filename().string())});
  }
}

Layer read_env_file(const std::filesystem::path& path, const Speaker& say, Layers& result) {
  std::string error;
  const auto text = read_file(path, kLargestEnvFile, error);
  const auto name = path.filename().string();
  if (!error.empty()) {
    result.problems.push_back({.origin = name,
                               .message = say("cannot be read: {}", error),
                               .allowed = say("a file of 1 MiB at most that this user can read")});
    return {};
  }
  auto parsed = parse_dotenv(text);
  for (const auto& bad : parsed.errors) {
    result.problems.push_back({.origin = fmt::format("{}:{}", name, bad.line),
                               .message = say(bad.message),
                               .allowed = say("lines of the form NAME=value")});
  }
  Layer layer;
  for (auto& entry : parsed.entries) {
    layer[entry.key] = {std::move(entry.value),
                        {Origin::Kind::file, fmt::format("{}:{}", name, entry.line)},
                        entry.doubtful_hash};
  }
  warn_if_exposed(path, layer, say, result);
  return layer;
}

}  // namespace

std::string describe(const Origin& origin, const Speaker& say) {
  switch (origin.kind) {
    case Origin::Kind::built_in:
      return say("built-in");
    case Origin::Kind::environment:
      return say("environment");
    case Origin::Kind::flag:
    case Origin::Kind::file:
      return origin.where;
  }
  return {};
}

Layers read_layers(const Sources& sources, const Speaker& say) {
  Layers result;
  result.layers.push_back(sources.flags);
  result.layers.push_back(read_environment(sources));
  for (const auto* name : kEnvFiles) {
    const auto path = sources.folder / name;
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) result.layers.push_back(read_env_file(path, say, result));
  }
  return result;
}

std::string read_file(const std::filesystem::path& path, std::size_t limit, std::string& error) {
  if (std::filesystem::is_directory(path)) {
    error = std::strerror(EISDIR);
    return {};
  }
  std::ifstream file(path, std::ios::binary);
  std::string text(limit + 1, '\0');
  if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad()) {
    error = std::strerror(errno);
    return {};
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() <= limit) return text;
  error = std::strerror(EFBIG);
  return {};
}

}  // namespace watchbill::app
