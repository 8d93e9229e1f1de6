#include "api/readiness.h"

#include "api/context.h"
#include "base/log.h"

namespace watchbill::api {

namespace {

using nlohmann::json;

struct Check {
  std::string_view name;
  std::string_view failure;  // what anybody may know of it; the cause goes to the log
  // Returns what is not as it should be, though the server can work; empty when all is well.
  base::Task<std::string_view> (*run)(const Services&);
};

base::Task<std::string_view> check_database(const Services& services) {
  co_await services.store.run([](store::Store& store) { store.ping(); });
  co_return "";
}

base::Task<std::string_view> check_writing(const Services& services) {
  co_await services.store.run([](store::Store& store) { store.check_writable(); });
  co_return "";
}

base::Task<std::string_view> check_queue(const Services& services) {
  const auto counts = co_await services.queue.counts();
  if (services.queue.state().degraded) co_return "away: rounds run in this process";
  const bool is_paused = co_await services.administration.is_paused();
  if (is_paused) co_return "paused: no jobs are taken";
  if (counts.waiting == 0) co_return "";
  const auto consumers = co_await services.administration.consumers();
  co_return consumers && consumers->empty() ? "jobs wait, and no worker takes them" : "";
}

constexpr Check kChecks[] = {
    {"database", "does not answer", check_database},
    {"databaseWrite", "cannot be written to", check_writing},
    {"queue", "does not answer", check_queue},
};

struct Outcome {
  bool ok = false;
  std::string_view trouble;
};

base::Task<> run_check(const Services& services, const Check& check, std::optional<Outcome>& outcome,
                       base::Event& ended) {
  std::string cause;
  std::string_view trouble;
  try {
    trouble = co_await check.run(services);
  } catch (const std::exception& error) {
    cause = error.what();
  }
  if (!cause.empty()) base::log::warning("not ready", {{"check", check.name}, {"cause", cause}});
  outcome = Outcome{cause.empty(), cause.empty() ? trouble : check.failure};
  ended.notify();
}

}  // namespace

struct Readiness::Running {
  explicit Running(base::asio::any_io_executor executor) : ended(std::move(executor)) {}

  std::optional<Outcome> outcome;
  base::Event ended;
};

std::shared_ptr<Readiness::Running> Readiness::begin(const Services& services, std::size_t check) {
  auto& running = running_[check];
  if (running && !running->outcome) return running;
  running = std::make_shared<Running>(executor_);
  tasks_.spawn("readiness", run_check(services, kChecks[check], running->outcome, running->ended));
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
    while (!running->outcome && services.clock.monotonic_now() < began + kPatience)
      co_await running->ended.wait_until(began + kPatience);
    const auto outcome = running->outcome.value_or(Outcome{false, kChecks[check].failure});
    const std::chrono::duration<double, std::milli> took = services.clock.monotonic_now() - began;
    state.checks.push_back({{"name", kChecks[check].name},
                            {"ok", outcome.ok},
                            {"ms", took.count()},
                            {"detail", outcome.trouble.empty() ? json(nullptr) : json(outcome.trouble)}});
    state.ready = state.ready && outcome.ok;
    state.degraded = state.degraded || (outcome.ok && !outcome.trouble.empty());
  }
  looked_at_ = services.clock.monotonic_now();
  state_ = std::move(state);
  co_return state_;
}

}  // namespace watchbill::api
