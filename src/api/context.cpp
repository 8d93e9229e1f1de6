#include "api/context.h"

namespace watchbill::api {

Context::Context(const base::asio::any_io_executor& executor, const Services& services, Options given)
    : Services(services),
      options(std::move(given)),
      cron_secrets(options.cron_secret),
      throttle(clock),
      sessions(store, clock, options.public_url.starts_with("https://")),
      streams(executor, events, sessions, clock),
      readiness(executor) {}

}  // namespace watchbill::api
