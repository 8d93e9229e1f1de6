#include "http/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "http/characters.h"

namespace watchbill::http {

namespace {

constexpr std::array<std::string_view, 7> kMethods = {"GET",   "HEAD",   "POST",   "PUT",
                                                      "PATCH", "DELETE", "OPTIONS"};

Response with_type(int status, std::string_view content_type, std::string body) {
  Response response{status, {}, std::move(body)};
  response.headers.add("Content-Type", content_type);
  return response;
}

}  // namespace

std::string_view to_string(Method method) {
  const auto index = static_cast<std::size_t>(method);
  return index < kMethods.size() ? kMethods[index] : "other";
}

Method parse_method(std::string_view name) {
  const auto found = std::find(kMethods.begin(), kMethods.end(), name);
  return static_cast<Method>(found - kMethods.begin());
}
static_assert(static_cast<std::size_t>(Method::other) == kMethods.size());

const std::string* Request::query_value(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name) return &value;
  return nullptr;
}

const std::string& Request::path_parameter(std::string_view name) const {
  for (const auto& [key, value] : path_parameters)
    if (key == name) return value;
  throw std::out_of_range(fmt::format("the route has no parameter {}", name));
}

std::string_view Request::cookie(std::string_view name) const {
  for (std::size_t i = 0; i < headers.size(); ++i) {
    if (!same_token(headers.name(i), "Cookie")) continue;
    for (auto rest = headers.value(i); !rest.empty();) {
      const auto end = std::min(rest.find(';'), rest.size());
      const auto pair = trim(rest.substr(0, end));
      if (pair.size() > name.size() && pair[name.size()] == '=' && pair.starts_with(name))
        return pair.substr(name.size() + 1);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return {};
}

void Request::clear() {
  // A body may have been large; the rest is bounded by the request line. (Assignment would keep the memory.)
  if (body.capacity() > kKeptMemory) std::string().swap(body);
  method = Method::get;
  target.clear();
  path.clear();
  query.clear();
  headers.clear();
  body.clear();
  host.clear();
  remote_address.clear();
  path_parameters.clear();
}

Response Response::json(int status, std::string body) {
  return with_type(status, "application/json; charset=utf-8", std::move(body));
}

Response Response::text(int status, std::string body) {
  return with_type(status, "text/plain; charset=utf-8", std::move(body));
}

Response Response::no_content() { return {204, {}, std::string()}; }

Response Response::redirect(int status, std::string_view location) {
  Response response{status, {}, std::string()};
  response.headers.add("Location", location);
  return response;
}

Response Response::blob(int status, std::string_view content_type, SharedBlob body) {
  Response response{status, {}, std::move(body)};
  response.headers.add("Content-Type", content_type);
  return response;
}

Response Response::events(std::function<base::Task<>(EventSink&)> produce) {
  Response response{200, {}, EventStream{std::move(produce)}};
  response.headers.add("Content-Type", "text/event-stream");
  response.headers.add("Cache-Control", "no-store");
  // Proxies of the nginx family would hold events back.
  response.headers.add("X-Accel-Buffering", "no");
  return response;
}

Response plain_error(int status, std::string_view code, std::string_view message) {
  return Response::text(status, fmt::format("{} ({})\n", message, code));
}

}  // namespace watchbill::http
