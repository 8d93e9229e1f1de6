// Several processes on one database: each here is a thread with a store of its own.
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "tests/contract/store_contract.h"

namespace watchbill::contract {
namespace {

using domain::Claim;

class RaceTest : public StoreContract {
 protected:
  static constexpr int kProcesses = 4;

  // `work(store, number)` in each process at once.
  template <class Work>
  void race(Work work) {
    std::vector<std::thread> processes;
    for (int number = 0; number < kProcesses; ++number)
      processes.emplace_back([&, number] {
        const auto store = database_->open(clock_, 30s);
        work(*store, number);
      });
    for (auto& process : processes) process.join();
  }
  void add_due_users(int count) {
    for (int i = 0; i < count; ++i) add_due_user("user" + std::to_string(i));
  }
};
WATCHBILL_ON_EVERY_ENGINE(RaceTest);

TEST_P(RaceTest, each_user_is_claimed_once) {
  constexpr int kUsers = 200;
  add_due_users(kUsers);
  std::mutex mutex;
  std::multiset<domain::UserId> claimed;
  race([&](store::Store& store, int number) {
    for (;;) {
      const auto claims = store.schedules().claim_due({7, "dispatcher-" + std::to_string(number), kLockTtl});
      if (claims.empty()) return;
      const std::lock_guard lock(mutex);
      for (const auto& claim : claims) claimed.insert(claim.user_id);
    }
  });
  EXPECT_EQ(claimed.size(), static_cast<std::size_t>(kUsers));
  EXPECT_EQ(std::set(claimed.begin(), claimed.end()).size(), static_cast<std::size_t>(kUsers));
  EXPECT_EQ(database_->count("UserMonitorSchedule WHERE fence = 1"), kUsers);
}

TEST_P(RaceTest, each_claim_is_started_once) {
  add_due_users(60);
  const auto claims = claim();
  std::vector<store::ClaimRef> refs;
  for (const auto& claim : claims) refs.push_back(ref(claim));
  std::atomic<int> started = 0;
  race([&](store::Store& store, int number) {
    for (const auto& round : store.schedules().start({"worker-" + std::to_string(number), kLease, refs}))
      started += round.has_value();
  });
  EXPECT_EQ(started, 60);
}

TEST_P(RaceTest, whole_rounds_of_several_processes_leave_one_outcome_a_slot) {
  constexpr int kUsers = 60;
  add_due_users(kUsers);
  std::atomic<int> recorded = 0;
  race([&](store::Store& store, int number) {
    const auto name = std::to_string(number);
    for (int turn = 0; turn < 60; ++turn) {
      std::vector<store::FinishedRound> rounds;
      for (const auto& claim : store.schedules().claim_due({5, "dispatcher-" + name, kLockTtl})) {
        // Doubled delivery, and another worker who is quicker: one of the two starts wins.
        for (int delivery = 0; delivery < 2; ++delivery)
          if (const auto round = store.schedules().start({"worker-" + name, kLease, {ref(claim)}}).front())
            rounds.push_back(finished(*round));
      }
      for (const auto& result : store.schedules().finish(rounds)) recorded += result.recorded;
    }
  });
  EXPECT_EQ(recorded, kUsers);
  EXPECT_EQ(database_->count("MonitorRound"), kUsers);
  EXPECT_EQ(
      database_->count("UserMonitorSchedule WHERE lockedUntil IS NULL AND fence = 1 AND startedFence = 1"),
      kUsers);
}

TEST_P(RaceTest, a_direct_order_and_the_dispatcher_never_both_run_a_user) {
  const auto anna = add_due_user("anna");
  std::atomic<int> started = 0;
  race([&](store::Store& store, int number) {
    if (number % 2 == 0) {
      const auto result = store.schedules().claim_and_start({anna, "worker-direct", kLease, false});
      started += std::holds_alternative<domain::StartedRound>(result);
    } else {
      for (const auto& claim : store.schedules().claim_due({1, "dispatcher-x", kLockTtl}))
        started += store.schedules().start({"worker-queue", kLease, {ref(claim)}}).front().has_value();
    }
  });
  EXPECT_EQ(started, 1);
}

TEST_P(RaceTest, monitors_never_exceed_their_limit) {
  const auto anna = add_user("anna");
  std::atomic<int> created = 0;
  race([&](store::Store& store, int) {
    for (int i = 0; i < 10; ++i)
      created +=
          store.monitors()
              .create({.user_id = anna, .name = "m", .kind = "tcp", .config = nlohmann::json::object()}, 25)
              .has_value();
  });
  EXPECT_EQ(created, 25);
  EXPECT_EQ(monitors().list(anna).size(), 25u);
}

TEST_P(RaceTest, an_email_is_given_once) {
  std::atomic<int> created = 0;
  race([&](store::Store& store, int) {
    created += std::holds_alternative<domain::User>(store.users().create({.email = "anna@example.org"}));
  });
  EXPECT_EQ(created, 1);
}

TEST_P(RaceTest, a_store_that_waits_too_long_says_so_and_works_again) {
  add_due_user("anna");
  const auto impatient = database_->open(clock_, 20ms);
  database_->lock();
  try {
    impatient->schedules().claim_due({1, kDispatcher, kLockTtl});
    ADD_FAILURE() << "the database was locked";
  } catch (const store::Unavailable& e) {
    EXPECT_EQ(e.reason, store::Unavailable::Reason::busy);
    EXPECT_FALSE(e.outcome_unknown);
  }
  EXPECT_THROW(impatient->check_writable(), store::Unavailable);
  EXPECT_THROW(impatient->ping(), store::Unavailable);
  database_->unlock();
  EXPECT_NO_THROW(impatient->ping());
  EXPECT_NO_THROW(impatient->check_writable());
  EXPECT_EQ(impatient->schedules().claim_due({1, kDispatcher, kLockTtl}).size(), 1u);
}

}  // namespace
}  // namespace watchbill::contract
