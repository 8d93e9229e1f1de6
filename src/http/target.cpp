#include "http/target.h"

#include <algorithm>

#include "http/characters.h"
#include "http/utf8.h"

namespace watchbill::http {

namespace {

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

// "http://host/path?query": cuts scheme and authority off. False where there is no valid authority.
bool take_authority(std::string_view& target, std::string& host) {
  const auto begin = target.find("://") + 3;
  const auto end = std::min(target.find_first_of("/?", begin), target.size());
  host = target.substr(begin, end - begin);
  target.remove_prefix(end);
  return is_authority(host);
}

bool is_absolute(std::string_view target) {
  for (std::string_view scheme : {"http://", "https://"})
    if (same_token(target.substr(0, scheme.size()), scheme)) return true;
  return false;
}

// Files and routes are named by segments; anything that a file system or another parser could read
// differently is no name.
bool is_nameable(std::string_view path, std::string_view encoded) {
  for (std::size_t at = encoded.find('%'); at != encoded.npos; at = encoded.find('%', at + 1))
    if (encoded.substr(at, 3) == "%2F" || encoded.substr(at, 3) == "%2f") return false;
  if (std::any_of(path.begin(), path.end(), [](char c) { return is_control(c) || c == '\\'; })) return false;
  for (std::size_t begin = 1; begin < path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    const auto segment = path.substr(begin, end - begin);
    if (segment.empty() || segment == "." || segment == "..") return false;
    begin = end + 1;
  }
  return is_valid_utf8(path);
}

bool parse_query(std::string_view text, Pairs& query) {
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto pair = text.substr(0, end);
    const auto equals = std::min(pair.find('='), pair.size());
    if (!pair.empty()) {
      auto& [name, value] = query.emplace_back();
      if (!percent_decode(pair.substr(0, equals), true, name)) return false;
      if (!percent_decode(pair.substr(std::min(equals + 1, pair.size())), true, value)) return false;
      if (!is_valid_utf8(name) || !is_valid_utf8(value)) return false;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

}  // namespace

bool percent_decode(std::string_view text, bool plus_is_space, std::string& decoded) {
  decoded.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return false;
      decoded += static_cast<char>(high << 4 | low);
      i += 2;
    } else {
      decoded += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return true;
}

bool is_authority(std::string_view text) {
  auto host = text;
  if (const auto colon = text.rfind(':'); colon != text.npos && text.find(']', colon) == text.npos) {
    host = text.substr(0, colon);
    const auto port = text.substr(colon + 1);
    if (port.size() > 5 || !std::all_of(port.begin(), port.end(), is_digit)) return false;
  }
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    return std::all_of(host.begin(), host.end(),
                       [](char c) { return hex_value(c) >= 0 || c == ':' || c == '.'; });
  }
  return !host.empty() && host.size() <= 255 && std::all_of(host.begin(), host.end(), [](char c) {
    return is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
  });
}

TargetError parse_target(Request& request) {
  std::string_view target = request.target;
  if (!is_printable(target)) return TargetError::malformed;
  if (target == "*") {
    request.path = target;
    return request.method == Method::options ? TargetError::none : TargetError::malformed;
  }
  if (is_absolute(target) && !take_authority(target, request.host)) return TargetError::malformed;
  const auto question = std::min(target.find('?'), target.size());
  auto path = target.substr(0, question);
  if (path.empty() && is_absolute(request.target)) path = "/";
  if (!path.starts_with('/') || target.find('#') != target.npos) return TargetError::malformed;
  if (!percent_decode(path, false, request.path)) return TargetError::malformed;
  if (question < target.size() && !parse_query(target.substr(question + 1), request.query))
    return TargetError::malformed;
  return is_nameable(request.path, path) ? TargetError::none : TargetError::unnameable;
}

}  // namespace watchbill::http
