// What every test of the store's contract works with.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/contract/engine.h"

namespace watchbill::contract {

using namespace std::chrono_literals;

constexpr base::Millis kLockTtl = 900s;
constexpr base::Millis kLease = 60s;
constexpr auto kDispatcher = "dispatcher-1";
constexpr auto kWorker = "worker-1";

// A migrated database with one store on it, and verbs of the domain.
class StoreContract : public testing::TestWithParam<Engine> {
 protected:
  StoreContract() { store_->migrate(); }

  // A second process.
  std::unique_ptr<store::Store> open_another() { return database_->open(clock_, 5s); }

  store::Store& store() { return *store_; }
  store::Schedules& schedules() { return store_->schedules(); }
  store::Monitors& monitors() { return store_->monitors(); }
  store::Users& users() { return store_->users(); }
  base::Timestamp now() const { return clock_.now(); }

  domain::UserId add_user(const std::string& name, int interval_minutes = 5) {
    return std::get<domain::User>(
               users().create(
                   {.email = name + "@example.org", .name = name, .interval_minutes = interval_minutes}))
        .id;
  }
  // Due from now on.
  domain::UserId add_due_user(const std::string& name, int interval_minutes = 5) {
    const auto id = add_user(name, interval_minutes);
    set_slot(id, now());
    return id;
  }
  void set_slot(const domain::UserId& user, base::Timestamp slot) {
    database_->execute("UPDATE UserMonitorSchedule SET nextRunAt = " + database_->literal(slot) +
                       " WHERE userId = '" + user + "'");
  }
  domain::Monitor add_monitor(const domain::UserId& user, const std::string& name,
                              int failures_before_down = 1) {
    return monitors()
        .create({.user_id = user,
                 .name = name,
                 .kind = "http",
                 .config = {{"url", "http://" + name}},
                 .failures_before_down = failures_before_down},
                1000)
        .value();
  }

  std::vector<domain::Claim> claim(std::size_t limit = 100, const std::string& owner = kDispatcher) {
    return schedules().claim_due({limit, owner, kLockTtl});
  }
  domain::Claim claim_one() {
    auto claims = claim();
    if (claims.size() != 1)
      throw std::runtime_error("expected one claim, not " + std::to_string(claims.size()));
    return claims.front();
  }
  static store::ClaimRef ref(const domain::Claim& claim) { return {claim.user_id, claim.fence}; }
  static store::ClaimRef ref(const domain::StartedRound& round) { return ref(round.claim); }

  std::optional<domain::StartedRound> start(const store::ClaimRef& claim,
                                            const std::string& worker = kWorker) {
    return schedules().start({worker, kLease, {claim}}).front();
  }
  std::optional<domain::StartedRound> start(const domain::Claim& claim) { return start(ref(claim)); }
  // The only due user's round, running.
  domain::StartedRound start_one() { return start(claim_one()).value(); }

  std::variant<domain::StartedRound, store::StartRefusal> claim_and_start(const domain::UserId& user,
                                                                          bool only_if_due = true) {
    return schedules().claim_and_start({user, "worker-2", kLease, only_if_due});
  }

  store::FinishedRound finished(const domain::StartedRound& started,
                                domain::Outcome outcome = domain::Outcome::success) {
    store::FinishedRound finished;
    finished.round = {.user_id = started.claim.user_id,
                      .slot = started.claim.slot,
                      .fence = started.claim.fence,
                      .worker = kWorker,
                      .started_at = started.started_at,
                      .finished_at = now(),
                      .outcome = outcome,
                      .error = outcome == domain::Outcome::failed ? "1 of 1 monitors down" : ""};
    return finished;
  }
  store::FinishResult finish(const store::FinishedRound& round) {
    return schedules().finish({round}).front();
  }
  store::FinishResult finish(const domain::StartedRound& started) { return finish(finished(started)); }

  // The round with one result and its consequence for each of the started monitors.
  store::FinishedRound checked(const domain::StartedRound& started,
                               const std::vector<domain::Cause>& causes) {
    std::vector<domain::CheckResult> results;
    std::vector<store::MonitorUpdate> updates;
    for (std::size_t i = 0; i < causes.size(); ++i) {
      const auto& monitor = started.monitors.at(i);
      domain::Finding finding{.verdict = domain::verdict_of(causes[i]),
                              .cause = causes[i],
                              .phase = domain::Phase::connect,
                              .times = {.connect = 1200us, .total = 34567us},
                              .detail = "because"};
      updates.push_back({monitor.id, monitor.updated_at,
                         domain::apply_finding(monitor, finding.verdict, now()), finding.cause,
                         finding.detail});
      results.push_back({monitor.id, now(), std::move(finding)});
    }
    auto round = finished(started, domain::outcome_of(domain::count(results)));
    round.round.counts = domain::count(results);
    round.results = std::move(results);
    round.updates = std::move(updates);
    return round;
  }
  // A whole round of the only due user.
  store::FinishResult run_round(const std::vector<domain::Cause>& causes) {
    return finish(checked(start_one(), causes));
  }

  domain::Schedule row(const domain::UserId& user) { return schedules().find(user).value(); }
  std::vector<domain::Round> rounds(const domain::UserId& user) {
    return monitors().rounds({.user_id = user});
  }

  base::ManualClock clock_{base::Timestamp(1'800'000'000'000ms)};
  std::unique_ptr<TestDatabase> database_ = GetParam().create();
  std::unique_ptr<store::Store> store_ = database_->open(clock_, 5s);
};

inline std::string engine_name(const testing::TestParamInfo<Engine>& info) { return info.param.name; }

}  // namespace watchbill::contract

// Once for each fixture: runs its tests on every engine.
#define WATCHBILL_ON_EVERY_ENGINE(fixture)                                                      \
  INSTANTIATE_TEST_SUITE_P(Engines, fixture, testing::ValuesIn(watchbill::contract::engines()), \
                           watchbill::contract::engine_name)
