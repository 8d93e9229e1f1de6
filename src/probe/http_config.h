// The configuration of an HTTP monitor: its JSON schema, what the schema cannot say, and its C++ form.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/monitor.h"

namespace watchbill::probe {

struct StatusRange {
  int first = 200;
  int last = 299;
};

// Something that must be in the body, or must not.
struct ContentRule {
  std::string text;  // the keyword, or the regular expression
  bool present = true;
};

struct HttpConfig {
  std::string url;
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<std::string> body;
  std::vector<StatusRange> expected_status;
  std::optional<ContentRule> keyword;
  std::optional<ContentRule> pattern;
  bool follow_redirects = true;
  int max_redirects = 5;
  std::optional<int> certificate_warning_days;
  std::chrono::milliseconds timeout{10000};
  bool verify_tls = true;

  bool expects(int status) const;
  // "200-299, 404"
  std::string expected_text() const;
};

const nlohmann::json& http_schema();

// What the schema cannot say, for a config that satisfies it: the URL's form, header names and values, status
// ranges, the regular expression. Whether the target may be connected to is not asked here.
std::vector<domain::ConfigError> check_http_config(const nlohmann::json& config);

// Reads a config that was saved. Throws nlohmann::json::exception when it has not the schema's shape.
HttpConfig read_http_config(const nlohmann::json& config);

}  // namespace watchbill::probe
