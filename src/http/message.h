// What a handler gets and what it gives back.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/task.h"
#include "http/headers.h"

namespace watchbill::http {

// `other` is any method not named here (TRACE, CONNECT, inventions); no route can be added for it.
enum class Method { get, head, post, put, patch, del, options, other };

std::string_view to_string(Method method);
Method parse_method(std::string_view name);  // case-sensitive, as HTTP says

// Pairs in the order of their arrival, names may repeat.
using Pairs = std::vector<std::pair<std::string, std::string>>;

// A complete request: the whole body has been read and every limit of ServerOptions held.
//
// It belongs to its connection: a handler's reference is good until its Task has ended, and not a moment
// longer.
struct Request {
  Method method = Method::get;

  // As sent, for the log; ASCII without spaces or control characters.
  std::string target;

  // Percent-decoded once: begins with '/', is valid UTF-8, has neither control characters nor backslashes nor
  // empty, "." or ".." segments, and each '/' in it was sent as '/'. Targets that decode to anything else are
  // answered with 404 before any handler.
  std::string path;

  // Decoded, '+' is a space.
  Pairs query;

  Headers headers;
  std::string body;

  // Host header, or the authority of an absolute target: "example.org:8080". "" in HTTP/1.0 without one.
  std::string host;

  // The client's address without port. X-Forwarded-For counts only where the peer is one of
  // ServerOptions::trusted_proxies.
  std::string remote_address;

  // Filled by the router.
  Pairs path_parameters;

  // The first value of a name; nullptr when absent.
  const std::string* query_value(std::string_view name) const;

  // The value of "{name}" in the route's pattern. Throws std::out_of_range for a name that it does not have.
  const std::string& path_parameter(std::string_view name) const;

  // The value of a cookie, "" when absent.
  std::string_view cookie(std::string_view name) const;

  // For the next request on the same connection; keeps a little memory.
  void clear();
};

// Immutable bytes served without a copy. `owner` keeps them alive; null for bytes that live as long as the
// program.
struct SharedBlob {
  std::string_view bytes;
  std::shared_ptr<const void> owner;
};

class EventSink;

// The body of a response that stays open; see http/event_stream.h for what a producer may rely on.
struct EventStream {
  std::function<base::Task<>(EventSink&)> produce;
};

// Content-Length, Connection and Date are the server's own and are set while sending. A response to HEAD is
// made as for GET; the server leaves the body out.
struct Response {
  int status = 200;
  Headers headers;
  std::variant<std::string, SharedBlob, EventStream> body;

  static Response json(int status, std::string body);
  static Response text(int status, std::string body);  // UTF-8
  static Response no_content();
  // `location` is a path of our own ("/wb/"); never text of a request.
  static Response redirect(int status, std::string_view location);
  static Response blob(int status, std::string_view content_type, SharedBlob body);
  static Response events(std::function<base::Task<>(EventSink&)> produce);
};

// Called on the reactor thread. Whoever keeps a Handler (router, server) keeps it until every Task that it
// made has ended, so a lambda with captures is fine as long as it is not itself a coroutine: let it call one.
using Handler = std::function<base::Task<Response>(Request&)>;

// How errors of this library look: 400, 404, 405, 408, 413, 414, 415, 417, 431, 500, 503, 505. `code` is a
// stable word ("body_too_large"), `message` a sentence in English; neither repeats input.
using ErrorRenderer = std::function<Response(int status, std::string_view code, std::string_view message)>;

// "message (code)" as plain text, for whoever needs no more.
Response plain_error(int status, std::string_view code, std::string_view message);

}  // namespace watchbill::http
