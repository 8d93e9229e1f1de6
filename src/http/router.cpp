#include "http/router.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <stdexcept>

#include "http/refusal.h"

namespace watchbill::http {

namespace {

constexpr auto kMethods = static_cast<std::size_t>(Method::other);

// Cuts the first segment off "/a/b": "a", leaving "/b".
std::string_view take_segment(std::string_view& path) {
  const auto end = std::min(path.find('/', 1), path.size());
  const auto segment = path.substr(1, end - 1);
  path.remove_prefix(end);
  return segment;
}

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}' &&
         segment.substr(1, segment.size() - 2).find_first_of("{}") == segment.npos;
}

bool is_text(std::string_view segment) {
  return !segment.empty() && segment != "." && segment != ".." &&
         segment.find_first_of("{}%?#\\ ") == segment.npos;
}

}  // namespace

struct Router::Node {
  struct Endpoint {
    Handler handler;
    std::vector<std::string> parameters;  // names, in the pattern's order
  };

  std::map<std::string, std::unique_ptr<Node>, std::less<>> texts;
  std::unique_ptr<Node> parameter;
  std::array<Endpoint, kMethods> endpoints;
  std::string allow;  // "" where no pattern ends

  const Endpoint* find(Method method) const {
    if (method == Method::other) return nullptr;
    const auto& endpoint = endpoints[static_cast<std::size_t>(method)];
    return endpoint.handler ? &endpoint : nullptr;
  }

  void update_allow() {
    allow.clear();
    for (std::size_t i = 0; i < kMethods; ++i) {
      const auto method = static_cast<Method>(i);
      const bool answered =
          find(method) || method == Method::options || (method == Method::head && find(Method::get));
      if (answered) allow.append(allow.empty() ? "" : ", ").append(to_string(method));
    }
  }
};

Router::Router(ErrorRenderer render_error, std::string base_path)
    : render_error_(std::move(render_error)),
      base_path_(std::move(base_path)),
      root_(std::make_unique<Node>()) {
  if (!base_path_.empty() && (base_path_.front() != '/' || base_path_.back() == '/'))
    throw std::logic_error("a base path begins with a slash and does not end with one");
}

Router::~Router() = default;

void Router::add(Method method, std::string_view pattern, Handler handler) {
  const auto refuse = [&](std::string_view why) {
    throw std::logic_error(fmt::format("route {} {}: {}", to_string(method), pattern, why));
  };
  if (method == Method::other || !handler) refuse("needs a method and a handler");
  if (!pattern.starts_with('/')) refuse("must begin with a slash");
  auto* node = root_.get();
  std::vector<std::string> parameters;
  for (auto rest = pattern == "/" ? std::string_view() : pattern; !rest.empty();) {
    const auto segment = take_segment(rest);
    if (is_parameter(segment)) {
      parameters.emplace_back(segment.substr(1, segment.size() - 2));
      if (!node->parameter) node->parameter = std::make_unique<Node>();
      node = node->parameter.get();
    } else {
      if (!is_text(segment)) refuse("malformed segment");
      auto& next = node->texts[std::string(segment)];
      if (!next) next = std::make_unique<Node>();
      node = next.get();
    }
  }
  auto& endpoint = node->endpoints[static_cast<std::size_t>(method)];
  if (endpoint.handler) refuse("is there already");
  endpoint = {std::move(handler), std::move(parameters)};
  node->update_allow();
  routes_.push_back({method, std::string(pattern)});
}

const Router::Node* Router::find(const Node& node, std::string_view path, Values& values) {
  if (path.empty()) return node.allow.empty() ? nullptr : &node;
  auto rest = path;
  const auto segment = take_segment(rest);
  if (const auto text = node.texts.find(segment); text != node.texts.end())
    if (const auto* found = find(*text->second, rest, values)) return found;
  if (!node.parameter || segment.empty()) return nullptr;
  values.push_back(segment);
  const auto* found = find(*node.parameter, rest, values);
  if (!found) values.pop_back();
  return found;
}

base::Task<Response> Router::handle(Request& request) const {
  std::string_view path = request.path;
  if (!path.starts_with(base_path_)) return answer_unmatched(request, {});
  path.remove_prefix(base_path_.size());
  if (!path.empty() && path.front() != '/') return answer_unmatched(request, {});
  if (path.ends_with('/')) path.remove_suffix(1);
  Values values;
  if (const auto* node = find(*root_, path, values)) return answer(*node, request, values);
  return answer_unmatched(request, path);
}

namespace {

base::Task<Response> ready(Response response) { co_return response; }

}  // namespace

base::Task<Response> Router::answer(const Node& node, Request& request, const Values& values) const {
  const auto* endpoint = node.find(request.method);
  if (!endpoint && request.method == Method::head) endpoint = node.find(Method::get);
  if (endpoint) {
    request.path_parameters.clear();
    for (std::size_t i = 0; i < values.size(); ++i)
      request.path_parameters.emplace_back(endpoint->parameters[i], values[i]);
    return endpoint->handler(request);
  }
  const auto& refusal = refusals::kMethod;
  auto response = request.method == Method::options
                      ? Response::no_content()
                      : render_error_(refusal.status, refusal.code, refusal.message);
  response.headers.set("Allow", node.allow);
  return ready(std::move(response));
}

base::Task<Response> Router::answer_unmatched(Request& request, std::string_view path) const {
  if (request.path == "*" && request.method == Method::options) return ready(Response::no_content());
  const bool routes_own = !path.empty() && root_->texts.contains(take_segment(path));
  if (fallback_ && !routes_own) return fallback_(request);
  const auto& refusal = refusals::kNotFound;
  return ready(render_error_(refusal.status, refusal.code, refusal.message));
}

}  // namespace watchbill::http
