#include "api/api.h"

#include "api/gate.h"
#include "api/json/values.h"

namespace watchbill::api {

namespace {

// No inline script or style anywhere, nothing from elsewhere, no framing.
constexpr std::string_view kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

struct Header {
  std::string_view name, value;
};

constexpr Header kHeaders[] = {
    {"Content-Security-Policy", kContentPolicy},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
    // Static files bring their own; whatever else is answered is private, or changes all the time.
    {"Cache-Control", "no-store"},
};

}  // namespace

void add_security_headers(http::Response& response, bool https) {
  for (const auto& header : kHeaders)
    if (!response.headers.contains(header.name)) response.headers.add(header.name, header.value);
  if (https) response.headers.set("Strict-Transport-Security", "max-age=31536000");
}

Api::Api(const base::asio::any_io_executor& executor, const Services& services, Options options,
         http::Handler page)
    : context_(executor, services, std::move(options)),
      routes_(all_routes()),
      router_(&Api::render_error, context_.options.base_path) {
  for (const Route& route : routes_)
    router_.add(route.method, route.pattern,
                [this, &route](http::Request& request) { return enter(context_, route, request); });
  if (const auto& own = context_.options.own_workers; !own.empty())
    round_watch_ =
        std::make_unique<RoundWatch>(executor, services.store, services.events, services.clock, own);
  if (page) router_.set_fallback(std::move(page));
}

Api::~Api() = default;

base::Task<> Api::start() {
  co_await context_.streams.start();
  if (round_watch_) co_await round_watch_->start();
}

base::Task<> Api::stop() {
  if (round_watch_) co_await round_watch_->stop();
  co_await context_.streams.stop();
  co_await context_.readiness.stop();
}

base::Task<http::Response> Api::handle(http::Request& request) {
  auto response = co_await router_.handle(request);
  add_security_headers(response, context_.options.public_url.starts_with("https://"));
  co_return response;
}

http::Response Api::render_error(int status, std::string_view code, std::string_view message) {
  const Refusal refusal(status, std::string(code), std::string(message));
  auto response = to_response(refusal);
  add_security_headers(response, false);
  return response;
}

}  // namespace watchbill::api
