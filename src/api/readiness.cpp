#include "api/readiness.h"

#include "api/context.h"
#include "base/log.h"

namespace watchbill::api {

namespace {

using nlohmann::json;

struct Check {
  std::string_view name;
  std::string_view failure;  // what anybody may know of it; the cause goes to the log
  base::Task<> (*run)(const Services&);
};

base::Task<> check_database(const Services& services) {
  co_await services.store.run([](store::Store& store) { store.ping(); });
}

base::Task<> check_writing(const Services& services) {
  co_await services.store.run([](store::Store& store) { store.check_writable(); });
}

base::Task<> check_queue(const Services& services) { co_await services.queue.counts(); }

constexpr Check kChecks[] = {
    {"database", "does not answer", check_database},
    {"databaseWrite", "cannot be written to", check_writing},
    {"queue", "does not answer", check_queue},  // the last: see look()
};

base::Task<json> run_check(const Services& services, Check check) {
  const auto started = services.clock.monotonic_now();
  bool ok = true;
  try {
    co_await check.run(services);
  } catch (const std::exception& error) {
    ok = false;
    base::log::warning("not ready", {{"check", check.name}, {"cause", error.what()}});
  }
  const std::chrono::duration<double, std::milli> took = services.clock.monotonic_now() - started;
  co_return json{{"name", check.name},
                 {"ok", ok},
                 {"ms", took.count()},
                 {"detail", ok ? json(nullptr) : json(check.failure)}};
}

}  // namespace

base::Task<Readiness::State> Readiness::look(const Services& services) {
  const auto slot = co_await looking_.acquire();
  if (looked_at_ && services.clock.monotonic_now() - *looked_at_ < kFresh) co_return state_;
  State state{.ready = true, .checks = json::array()};
  for (const auto& check : kChecks) {
    state.checks.push_back(co_await run_check(services, check));
    state.ready = state.ready && state.checks.back()["ok"].get<bool>();
  }
  state.degraded = services.queue.state().degraded;
  if (state.degraded) state.checks.back()["detail"] = "away: rounds run in this process";
  looked_at_ = services.clock.monotonic_now();
  state_ = std::move(state);
  co_return state_;
}

}  // namespace watchbill::api
