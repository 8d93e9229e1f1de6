// /api/v1/events: live changes of what is mine.
#include "api/context.h"
#include "api/routes/route.h"

namespace watchbill::api {

namespace {

base::Task<http::Response> stream_events(Context& context, Call& call) {
  co_return context.streams.open(*call.identity, call.request.headers.get("Last-Event-ID"));
}

constexpr Route kRoutes[] = {
    {http::Method::get, "/api/v1/events", Access::user, Body::none, stream_events},
};

}  // namespace

std::span<const Route> event_routes() { return kRoutes; }

}  // namespace watchbill::api
