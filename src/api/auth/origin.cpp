#include "api/auth/origin.h"

#include <string_view>

#include "http/headers.h"

namespace watchbill::api {

namespace {

// "https://example.org:443/wb" -> "https://example.org"
std::string_view origin_of(std::string_view url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return {};
  url = url.substr(0, url.find('/', scheme_end + 3));
  const std::string_view default_port = url.starts_with("https:") ? ":443" : ":80";
  if (url.ends_with(default_port)) url.remove_suffix(default_port.size());
  return url;
}

bool names_host(std::string_view origin, std::string_view host) {
  const auto scheme_end = origin.find("://");
  if (scheme_end == std::string_view::npos || host.empty()) return false;
  const std::string_view scheme = origin.substr(0, scheme_end);
  if (scheme != "http" && scheme != "https") return false;
  // Behind a proxy that ends TLS the scheme of the request is unknown here; the port that goes without saying
  // is the origin's.
  const std::string_view default_port = scheme == "https" ? ":443" : ":80";
  if (host.ends_with(default_port)) host.remove_suffix(default_port.size());
  return http::same_token(origin.substr(scheme_end + 3), host);
}

}  // namespace

bool from_own_origin(const http::Request& request, const std::string& public_url) {
  const auto site = request.headers.find("Sec-Fetch-Site");
  if (site && *site != "same-origin" && *site != "none") return false;
  const auto origin = request.headers.find("Origin");
  if (!origin) return true;
  const std::string_view own = origin_of(public_url);
  if (!own.empty() && http::same_token(*origin, own)) return true;
  return names_host(origin_of(*origin), request.host);
}

}  // namespace watchbill::api
