// What every route works with.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "api/auth/cron_secret.h"
#include "api/auth/passwords.h"
#include "api/auth/sessions.h"
#include "api/auth/throttle.h"
#include "api/live/streams.h"
#include "api/readiness.h"
#include "api/routes/test_slots.h"
#include "domain/events.h"
#include "domain/monitor.h"
#include "domain/services.h"
#include "queue/administration.h"
#include "queue/queue.h"
#include "store/async_store.h"

namespace watchbill::api {

struct Options {
  std::string public_url;   // "" or where the page is reached, e.g. "https://status.example.org/wb"
  std::string base_path;    // "" or "/wb": where everything of ours lies
  std::string cron_secret;  // as configured; "" refuses all calls of the cron endpoint
  // Whether this is the token of the set-up link that is valid now; none: no set-up by the page.
  std::function<bool(const std::string& token)> accepts_setup_token;
  std::function<void()> setup_done;  // the link was used; may be none
  int default_interval_minutes = 5;  // of new users
  std::size_t max_monitors_per_user = 1000;
  // The names of this process's workers where others may run rounds as well; empty: they do not.
  std::vector<std::string> own_workers;
};

// Made by app/. Everything outlives the Api.
struct Services {
  store::AsyncStore& store;
  queue::Queue& queue;                    // that users' rounds go through
  queue::Administration& administration;  // of the queue that operators look after
  domain::EventBus& events;
  const domain::MonitorKinds& kinds;
  domain::Prober& prober;
  domain::RoundRunner& runner;
  domain::Dispatching& dispatching;
  const base::Clock& clock;
};

// Reactor thread only.
struct Context : Services {
  static constexpr TestSlots::Limits kProbes{.per_user = 4, .in_all = 32};
  static constexpr TestSlots::Limits kChecks{.per_user = 16, .in_all = 200};

  Context(const base::asio::any_io_executor& executor, const Services& services, Options options);

  const Options options;
  const CronSecrets cron_secrets;
  PasswordHasher passwords;
  SignInThrottle throttle;
  Sessions sessions;
  LiveStreams streams;
  Readiness readiness;
  TestSlots probe_slots{kProbes};
  TestSlots check_slots{kChecks};  // of configurations
};

}  // namespace watchbill::api
