#include "probe/url.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <new>

namespace watchbill::probe {

namespace {

constexpr std::size_t kLongestLocation = 8192;

using Handle = std::unique_ptr<CURLU, void (*)(CURLU*)>;

Handle new_handle() {
  Handle handle(curl_url(), curl_url_cleanup);
  if (!handle) throw std::bad_alloc();
  return handle;
}

UrlProblem malformed(std::string message) { return {UrlProblem::Kind::malformed, std::move(message)}; }

std::string part(CURLU* handle, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(handle, which, &text, flags) != CURLUE_OK) return {};
  const std::unique_ptr<char, void (*)(void*)> owner(text, curl_free);
  return text;
}

bool has_control_or(std::string_view text, std::string_view refused) {
  return std::any_of(text.begin(), text.end(), [&](unsigned char c) {
    return c < 0x20 || c == 0x7F || refused.find(static_cast<char>(c)) != refused.npos;
  });
}

bool starts_with_scheme(std::string_view text, std::string_view scheme) {
  return text.size() > scheme.size() &&
         std::equal(scheme.begin(), scheme.end(), text.begin(),
                    [](char expected, char c) { return expected == (c >= 'A' && c <= 'Z' ? c + 32 : c); });
}

// What RFC 3986 reads as a scheme; libcurl wants "//" behind it and takes the rest for a path.
bool names_other_scheme(std::string_view text) {
  const auto end = text.find_first_of(":/?#");
  if (end == text.npos || end == 0 || text[end] != ':') return false;
  return !starts_with_scheme(text, "http:") && !starts_with_scheme(text, "https:");
}

UrlProblem other_scheme() { return {UrlProblem::Kind::other_scheme, "must begin with http:// or https://"}; }

// libcurl takes one to three slashes and tolerates much more; a saved URL says what it means.
std::optional<UrlProblem> why_not_savable(std::string_view text) {
  if (text.empty()) return malformed("must not be empty");
  if (text.size() > kLongestUrl) return malformed("must have at most 2048 characters");
  if (has_control_or(text, " ")) return malformed("must not contain spaces or control characters");
  if (has_control_or(text, "\\")) return malformed("must not contain backslashes");
  const bool http = starts_with_scheme(text, "http://");
  if (!http && !starts_with_scheme(text, "https://")) return other_scheme();
  const auto authority = text.substr(http ? 7 : 8);
  if (authority.starts_with('/')) return malformed("has no host");
  if (authority.substr(0, authority.find_first_of("/?#")).find('@') != authority.npos)
    return malformed("must not contain a user name or password: send them in an Authorization header");
  return std::nullopt;
}

ParsedUrl read(CURLU* handle) {
  Url url;
  const auto scheme = part(handle, CURLUPART_SCHEME);
  url.tls = scheme == "https";
  if (!url.tls && scheme != "http") return other_scheme();

  const auto written = part(handle, CURLUPART_HOST);
  auto host = parse_host(written);
  if (!host) return malformed("has no valid host");
  if (host->address && host->address->is_v6() && !part(handle, CURLUPART_ZONEID).empty()) {
    auto zoned = host->address->to_v6();
    zoned.scope_id(1);
    host->address = zoned;
  }
  url.host = std::move(*host);

  const auto port = part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  const int number = std::atoi(port.c_str());
  if (number < 1 || number > 65535) return malformed("has no valid port");
  url.port = static_cast<std::uint16_t>(number);

  const auto in_url = url.host.in_url();
  if (in_url != written && curl_url_set(handle, CURLUPART_HOST, in_url.c_str(), 0) != CURLUE_OK)
    return malformed("has no valid host");
  for (const auto dropped : {CURLUPART_FRAGMENT, CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS})
    curl_url_set(handle, dropped, nullptr, 0);
  url.text = part(handle, CURLUPART_URL);
  if (url.text.empty()) return malformed("is not a URL");
  return url;
}

}  // namespace

ParsedUrl parse_url(std::string_view text) {
  if (auto problem = why_not_savable(text)) return std::move(*problem);
  const auto handle = new_handle();
  if (const auto error =
          curl_url_set(handle.get(), CURLUPART_URL, std::string(text).c_str(), CURLU_URLENCODE))
    return malformed(std::string("is not a URL: ") + curl_url_strerror(error));
  return read(handle.get());
}

ParsedUrl follow(const Url& base, std::string_view location) {
  if (location.empty()) return malformed("is empty");
  if (location.size() > kLongestLocation) return malformed("is longer than 8192 characters");
  if (has_control_or(location, "")) return malformed("contains control characters");
  if (names_other_scheme(location)) return other_scheme();
  const auto handle = new_handle();
  constexpr unsigned kFlags = CURLU_URLENCODE | CURLU_ALLOW_SPACE | CURLU_NON_SUPPORT_SCHEME;
  auto error = curl_url_set(handle.get(), CURLUPART_URL, base.text.c_str(), 0);
  if (!error) error = curl_url_set(handle.get(), CURLUPART_URL, std::string(location).c_str(), kFlags);
  if (error) return malformed(std::string("is not a URL: ") + curl_url_strerror(error));
  return read(handle.get());
}

bool same_origin(const Url& a, const Url& b) {
  return a.tls == b.tls && a.port == b.port && a.host.ascii == b.host.ascii;
}

}  // namespace watchbill::probe
