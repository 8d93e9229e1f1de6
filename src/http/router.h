// From method and path to a handler.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace watchbill::http {

// Filled before the server starts, read-only afterwards. Must outlive every request that it handles: stop the
// server first.
//
// Patterns are segments of text or one parameter each: "/api/v1/monitors/{id}". Text is preferred to a
// parameter, whatever the order of add(). A parameter matches one non-empty segment. One trailing slash on
// the request's path is ignored. An encoded slash never gets here (see Request::path).
class Router {
 public:
  // Every pattern lies under `base_path`: "" or "/wb". A path outside of it is not found.
  explicit Router(ErrorRenderer render_error, std::string base_path = "");
  ~Router();

  // Throws std::logic_error for a malformed pattern, a second handler for the same route, or Method::other.
  void add(Method method, std::string_view pattern, Handler handler);

  // What answers paths that no pattern matches: the page's files. Never a path whose first segment begins a
  // route
  // ("/api/v1/nothing"): that is 404.
  void set_fallback(Handler handler) { fallback_ = std::move(handler); }

  // The answer to `request`, whose path_parameters it fills. 404 for unknown paths, 405 with Allow for known
  // ones with another method. HEAD is answered by GET, OPTIONS by 204 with Allow, unless they have handlers
  // of their own. Use it as the server's handler.
  base::Task<Response> handle(Request& request) const;

  struct Route {
    Method method;
    std::string pattern;  // as added, without the base path
  };

  // Everything added, in that order.
  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Node;
  using Values = std::vector<std::string_view>;

  // The node whose pattern matches `path` ("", "/a", "/a/b"), or null; `values` are those of its parameters.
  static const Node* find(const Node& node, std::string_view path, Values& values);

  base::Task<Response> answer(const Node& node, Request& request, const Values& values) const;
  base::Task<Response> answer_unmatched(Request& request, std::string_view path) const;

  const ErrorRenderer render_error_;
  const std::string base_path_;
  Handler fallback_;
  std::unique_ptr<Node> root_;
  std::vector<Route> routes_;
};

}  // namespace watchbill::http
