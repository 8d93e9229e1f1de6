#include "probe/http_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "probe/pattern.h"
#include "probe/url.h"

namespace watchbill::probe {

namespace {

using nlohmann::json;
using Errors = std::vector<domain::ConfigError>;

// What decides about the connection and the framing of the request, which is ours to write.
constexpr std::array<std::string_view, 12> kOwnHeaders = {
    "host",    "content-length", "transfer-encoding", "connection",          "keep-alive",    "upgrade", "te",
    "trailer", "expect",         "proxy-connection",  "proxy-authorization", "http2-settings"};

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  return text;
}

// RFC 9110, section 5.6.2.
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

void check_headers(const json& headers, Errors& errors) {
  for (std::size_t i = 0; i < headers.size(); ++i) {
    const auto name = headers[i]["name"].get<std::string>();
    const auto path = fmt::format("/headers/{}", i);
    if (!is_token(name))
      errors.push_back({path + "/name", "format", "must be a header name: letters, digits, hyphens"});
    else if (std::find(kOwnHeaders.begin(), kOwnHeaders.end(), lower(name)) != kOwnHeaders.end())
      errors.push_back({path + "/name", "format", "cannot be set: it belongs to the connection"});
    if (has_control(headers[i]["value"].get_ref<const std::string&>()))
      errors.push_back({path + "/value", "format", "must not contain line breaks or control characters"});
  }
}

StatusRange status_range(const std::string& text) {
  const int first = std::stoi(text.substr(0, 3));
  return {first, text.size() > 3 ? std::stoi(text.substr(4)) : first};
}

void check_expected_status(const json& ranges, Errors& errors) {
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const auto range = status_range(ranges[i].get<std::string>());
    if (range.first > range.last)
      errors.push_back({fmt::format("/expectedStatus/{}", i), "format", "must not end before it begins"});
  }
}

std::optional<ContentRule> content_rule(const json& config, const char* name, const char* text) {
  const auto rule = config.find(name);
  if (rule == config.end() || rule->is_null()) return std::nullopt;
  return ContentRule{rule->at(text).get<std::string>(), rule->value("expect", "present") == "present"};
}

template <class T>
std::optional<T> nullable(const json& config, const char* name) {
  const auto value = config.find(name);
  if (value == config.end() || value->is_null()) return std::nullopt;
  return value->get<T>();
}

}  // namespace

const json& http_schema() {
  static const json schema = json::parse(R"({
    "type": "object",
    "required": ["url"],
    "additionalProperties": false,
    "properties": {
      "url": {"type": "string", "minLength": 1, "maxLength": 2048},
      "method": {"type": "string", "enum": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
                 "default": "GET"},
      "headers": {"type": "array", "maxItems": 50, "default": [], "items": {
        "type": "object", "required": ["name", "value"], "additionalProperties": false, "properties": {
          "name": {"type": "string", "minLength": 1, "maxLength": 128},
          "value": {"type": "string", "maxLength": 4096}}}},
      "body": {"type": ["string", "null"], "maxLength": 65536, "default": null},
      "expectedStatus": {"type": "array", "minItems": 1, "maxItems": 20, "default": ["200-299"], "items": {
        "type": "string", "pattern": "^[1-5][0-9]{2}(-[1-5][0-9]{2})?$",
        "description": "must be a status code or a range of them, like 200-299"}},
      "keyword": {"type": ["object", "null"], "default": null, "required": ["text"], "additionalProperties": false,
        "properties": {
          "text": {"type": "string", "minLength": 1, "maxLength": 1024},
          "expect": {"type": "string", "enum": ["present", "absent"], "default": "present"}}},
      "pattern": {"type": ["object", "null"], "default": null, "required": ["regex"], "additionalProperties": false,
        "properties": {
          "regex": {"type": "string", "minLength": 1, "maxLength": 1024},
          "expect": {"type": "string", "enum": ["present", "absent"], "default": "present"}}},
      "followRedirects": {"type": "boolean", "default": true},
      "maxRedirects": {"type": "integer", "minimum": 0, "maximum": 10, "default": 5},
      "certificateWarningDays": {"type": ["integer", "null"], "minimum": 1, "maximum": 365, "default": null},
      "timeoutMs": {"type": "integer", "minimum": 500, "maximum": 60000, "default": 10000},
      "verifyTls": {"type": "boolean", "default": true}
    }
  })");
  return schema;
}

bool HttpConfig::expects(int status) const {
  return std::any_of(expected_status.begin(), expected_status.end(),
                     [status](StatusRange range) { return status >= range.first && status <= range.last; });
}

std::string HttpConfig::expected_text() const {
  std::string text;
  for (const auto& [first, last] : expected_status) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", first);
    if (last != first) text += fmt::format("-{}", last);
  }
  return text;
}

Errors check_http_config(const json& config) {
  Errors errors;
  const auto url = parse_url(config.at("url").get_ref<const std::string&>());
  if (const auto* problem = std::get_if<UrlProblem>(&url))
    errors.push_back({"/url", "format", problem->message});
  check_headers(config.at("headers"), errors);
  check_expected_status(config.at("expectedStatus"), errors);
  if (config.at("method") == "HEAD") {
    if (config.at("body").is_string())
      errors.push_back({"/body", "format", "must be empty: HEAD sends none"});
    for (const char* rule : {"keyword", "pattern"})
      if (!config.at(rule).is_null())
        errors.push_back({fmt::format("/{}", rule), "format", "cannot be checked: HEAD returns no body"});
  }
  if (const auto rule = content_rule(config, "pattern", "regex"))
    if (auto problem = Pattern(rule->text).problem())
      errors.push_back({"/pattern/regex", "format", std::move(*problem)});
  return errors;
}

HttpConfig read_http_config(const json& config) {
  HttpConfig read;
  read.url = config.at("url").get<std::string>();
  read.method = config.value("method", read.method);
  if (const auto headers = config.find("headers"); headers != config.end())
    for (const auto& header : *headers)
      read.headers.emplace_back(header.at("name").get<std::string>(), header.at("value").get<std::string>());
  read.body = nullable<std::string>(config, "body");
  if (const auto ranges = config.find("expectedStatus"); ranges != config.end())
    for (const auto& range : *ranges)
      read.expected_status.push_back(status_range(range.get_ref<const std::string&>()));
  if (read.expected_status.empty()) read.expected_status.push_back({});
  read.keyword = content_rule(config, "keyword", "text");
  read.pattern = content_rule(config, "pattern", "regex");
  read.follow_redirects = config.value("followRedirects", read.follow_redirects);
  read.max_redirects = config.value("maxRedirects", read.max_redirects);
  read.certificate_warning_days = nullable<int>(config, "certificateWarningDays");
  read.timeout = std::chrono::milliseconds(config.value("timeoutMs", std::int64_t{read.timeout.count()}));
  read.verify_tls = config.value("verifyTls", read.verify_tls);
  return read;
}

}  // namespace watchbill::probe
