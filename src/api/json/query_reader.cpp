#include "api/json/query_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace watchbill::api {

namespace {

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

const std::string* QueryReader::find(std::string_view name) const {
  const std::string* value = request_.query_value(name);
  return value && !value->empty() ? value : nullptr;
}

void QueryReader::add_error(std::string_view name, std::string code, std::string message) {
  errors_.push_back({std::string(name), std::move(code), std::move(message)});
}

std::size_t QueryReader::limit(std::size_t standard, std::size_t max) {
  const std::string* value = find("limit");
  if (!value) return standard;
  const auto limit = number(*value);
  if (limit && *limit >= 1 && *limit <= static_cast<std::int64_t>(max))
    return static_cast<std::size_t>(*limit);
  add_error("limit", "range", fmt::format("Must be a whole number from 1 to {}.", max));
  return standard;
}

std::optional<std::string> QueryReader::text(std::string_view name, std::size_t max_bytes) {
  const std::string* value = find(name);
  if (!value) return std::nullopt;
  if (value->size() <= max_bytes) return *value;
  add_error(name, "too_long", fmt::format("Must have at most {} bytes.", max_bytes));
  return std::nullopt;
}

std::optional<base::Timestamp> QueryReader::time(std::string_view name) {
  const std::string* value = find(name);
  if (!value) return std::nullopt;
  auto time = base::parse_iso8601(*value);
  if (!time) add_error(name, "format", "Must be a time in UTC like 2026-03-01T08:15:00.000Z.");
  return time;
}

std::optional<std::string> QueryReader::choice(std::string_view name,
                                               std::initializer_list<std::string_view> allowed) {
  const std::string* value = find(name);
  if (!value) return std::nullopt;
  if (std::find(allowed.begin(), allowed.end(), *value) != allowed.end()) return *value;
  add_error(name, "not_allowed", fmt::format("Must be one of {}.", fmt::join(allowed, ", ")));
  return std::nullopt;
}

std::optional<base::Timestamp> QueryReader::time_cursor() {
  const std::string* value = find("cursor");
  if (!value) return std::nullopt;
  if (const auto ms = number(*value)) return base::from_epoch_ms(*ms);
  add_error("cursor", "format", "Must be the nextCursor of the page before.");
  return std::nullopt;
}

std::size_t QueryReader::position_cursor() {
  const std::string* value = find("cursor");
  if (!value) return 0;
  const auto position = number(*value);
  if (position && *position >= 0) return static_cast<std::size_t>(*position);
  add_error("cursor", "format", "Must be the nextCursor of the page before.");
  return 0;
}

void QueryReader::finish() {
  if (!errors_.empty()) throw validation_failed(std::move(errors_));
}

}  // namespace watchbill::api
