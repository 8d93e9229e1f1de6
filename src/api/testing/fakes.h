// The services that other parts of watchbill offer to the API, as tests want them to behave.
#pragma once

#include <atomic>
#include <functional>

#include "base/event.h"
#include "domain/monitor.h"
#include "domain/services.h"

namespace watchbill::api {

// The machine's clocks, with a wall clock that can be put forward.
class ShiftedClock final : public base::Clock {
 public:
  base::Timestamp now() const override { return system_.now() + base::Millis(shift_.load()); }
  base::Monotonic monotonic_now() const override { return system_.monotonic_now(); }
  void put_forward(base::Millis by) { shift_ += by.count(); }

 private:
  base::SystemClock system_;
  std::atomic<std::int64_t> shift_ = 0;
};

// Keeps coroutines waiting as long as a test wants. Reactor thread only.
class Gate {
 public:
  explicit Gate(base::asio::any_io_executor executor) : released_(std::move(executor)) {}

  base::Task<> pass() {
    ++waiting;
    while (held) co_await released_.wait();
    --waiting;
  }
  void release() {
    held = false;
    released_.notify();
  }

  bool held = false;
  int waiting = 0;

 private:
  base::Event released_;
};

// "http" and "tcp". Knows one rule: an http monitor has a "url", which must not hold "private".
class FakeKinds final : public domain::MonitorKinds {
 public:
  explicit FakeKinds(base::asio::any_io_executor executor) : gate(std::move(executor)) {}

  nlohmann::json describe() const override;
  base::Task<std::vector<domain::ConfigError>> check_config(std::string kind,
                                                            nlohmann::json& config) const override;

  mutable Gate gate;  // before a configuration is checked
};

// Finds what it is told to; can be held up. All members on the reactor thread.
class FakeProber final : public domain::Prober {
 public:
  explicit FakeProber(base::asio::any_io_executor executor) : gate(std::move(executor)) {}

  base::Task<domain::Finding> probe(std::string kind, nlohmann::json config) override;

  domain::Finding finding;
  Gate gate;
  nlohmann::json last_config;
};

class FakeRunner final : public domain::RoundRunner {
 public:
  base::Task<domain::RunResult> run_user(domain::UserId user_id) override;
  base::Task<domain::RunResult> run_claim(domain::Claim claim, domain::Trigger trigger) override;

  std::function<domain::RunResult(const domain::UserId&)> answer;
};

// Throws queue::Unavailable from dispatch() while `queue_away`.
class FakeDispatching final : public domain::Dispatching {
 public:
  base::Task<domain::DispatchReport> dispatch() override;
  base::Task<domain::SyncReport> dispatch_sync() override;
  void wake() override { ++wakes; }
  bool cron_is_silent() const override { return cron_silent; }

  domain::DispatchReport report;
  domain::SyncReport sync_report;
  bool cron_silent = false;
  bool queue_away = false;
  int wakes = 0;
};

}  // namespace watchbill::api
