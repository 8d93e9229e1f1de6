// The HTTP API as a whole, for the program that wires it to a server.
#pragma once

#include <memory>

#include "api/context.h"
#include "api/live/round_watch.h"
#include "api/routes/route.h"
#include "base/service.h"
#include "http/message.h"
#include "http/router.h"

namespace watchbill::api {

// Reactor thread only. start() before the HTTP server starts, stop() after it stopped.
class Api final : public base::Service {
 public:
  // `page` answers GET requests for all paths that are not the API's, e.g. http::Assets; may be null. It
  // lives as long as the Api, as does everything in `services`.
  Api(const base::asio::any_io_executor& executor, const Services& services, Options options,
      http::Handler page);
  ~Api() override;

  base::Task<> start() override;
  base::Task<> stop() override;

  // The handler for http::Server.
  base::Task<http::Response> handle(http::Request& request);

  // For http::Server and http::Assets: errors in the form of openapi.yaml.
  static http::Response render_error(int status, std::string_view code, std::string_view message);

  // Every route with who may call it.
  const std::vector<Route>& routes() const { return routes_; }
  std::size_t open_streams() const { return context_.streams.open_streams(); }

 private:
  Context context_;
  std::unique_ptr<RoundWatch> round_watch_;
  const std::vector<Route> routes_;
  http::Router router_;
};

// The headers that every answer carries; what is set already stays.
void add_security_headers(http::Response& response, bool https);

}  // namespace watchbill::api
