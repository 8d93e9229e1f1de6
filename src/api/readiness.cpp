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

base::Task<> run_check(const Services& services, const Check& check, std::optional<bool>& ok,
                       base::Event& ended) {
  std::string cause;
  try {
    co_await check.run(services);
  } catch (const std::exception& error) {
    cause = error.what();
  }
  if (!cause.empty()) base::log::warning("not ready", {{"check", check.name}, {"cause", cause}});
  ok = cause.empty();
  ended.notify();
}

}  // namespace

struct Readiness::Running {
  explicit Running(base::asio::any_io_executor executor) : ended(std::move(executor)) {}

  std::optional<bool> ok;
  base::Event ended;
};

std::shared_ptr<Readiness::Running> Readiness::begin(const Services& services, std::size_t check) {
  auto& running = running_[check];
  if (running && !running->ok) return running;
  running = std::make_shared<Running>(executor_);
  tasks_.spawn("readiness", run_check(services, kChecks[check], running->ok, running->ended));
  return running;
}

base::Task<Readiness::State> Readiness::look(const Services& services) {
  const auto slot = co_await looking_.acquire();
  if (looked_at_ && services.clock.monotonic_now() - *looked_at_ < kFresh) co_return state_;
  const auto began = services.clock.monotonic_now();
  State state{.ready = true, .checks = json::array()};
  for (std::size_t check = 0; check < std::size(kChecks); ++check) begin(services, check);
  for (std::size_t check = 0; check < std::size(kChecks); ++check) {
    const auto running = running_.at(check);
    while (!running->ok && services.clock.monotonic_now() < began + kPatience)
      co_await running->ended.wait_until(began + kPatience);
    const bool ok = running->ok.value_or(false);
    const std::chrono::duration<double, std::milli> took = services.clock.monotonic_now() - began;
    state.checks.push_back({{"name", kChecks[check].name},
                            {"ok", ok},
                            {"ms", took.count()},
                            {"detail", ok ? json(nullptr) : json(kChecks[check].failure)}});
    state.ready = state.ready && ok;
  }
  state.degraded = services.queue.state().degraded;
  if (state.degraded) state.checks.back()["detail"] = "away: rounds run in this process";
  looked_at_ = services.clock.monotonic_now();
  state_ = std::move(state);
  co_return state_;
}

}  // namespace watchbill::api
