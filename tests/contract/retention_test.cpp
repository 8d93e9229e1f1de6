// Old rows go, a bounded number at a time, and nothing else does.
#include "tests/contract/store_contract.h"

namespace watchbill::contract {
namespace {

using domain::Cause;
using testing::IsEmpty;
using testing::SizeIs;

class RetentionTest : public StoreContract {
 protected:
  void run_rounds(const domain::UserId& user, int count, std::size_t monitors) {
    for (int i = 0; i < count; ++i) {
      set_slot(user, now());
      const auto round = std::get<domain::StartedRound>(claim_and_start(user));
      ASSERT_TRUE(finish(checked(round, std::vector<Cause>(monitors, Cause::ok))).recorded);
      clock_.advance(1min);
    }
  }
  store::Retention keep_since(base::Timestamp time, std::size_t batch = 1000) {
    return {time, time, time, batch};
  }
  // All batches, with the size of each.
  std::vector<std::int64_t> purge(const store::Retention& retention) {
    std::vector<std::int64_t> batches;
    do batches.push_back(store_->purge(retention));
    while (batches.back() > 0 && batches.size() < 1000);
    batches.pop_back();
    return batches;
  }

  domain::UserId anna_ = add_user("anna");
  domain::Monitor one_ = add_monitor(anna_, "one");
};
WATCHBILL_ON_EVERY_ENGINE(RetentionTest);

TEST_P(RetentionTest, removes_what_is_older_and_keeps_the_rest) {
  run_rounds(anna_, 6, 1);
  const auto line = now() - 3min;
  EXPECT_THAT(purge(keep_since(line)), testing::ElementsAre(6)) << "three checks and three rounds";
  const auto checks = monitors().checks({.user_id = anna_, .monitor_id = one_.id});
  ASSERT_THAT(checks, SizeIs(3));
  EXPECT_GE(checks.back().at, line);
  ASSERT_THAT(rounds(anna_), SizeIs(3));
  EXPECT_GE(rounds(anna_).back().slot, line);
  EXPECT_EQ(store_->purge(keep_since(line)), 0);
}

TEST_P(RetentionTest, checks_and_rounds_have_an_age_of_their_own) {
  run_rounds(anna_, 6, 1);
  const base::Timestamp never{};
  purge({.checks_before = now(), .rounds_before = now() - 2min, .logs_before = never});
  EXPECT_THAT(monitors().checks({.user_id = anna_, .monitor_id = one_.id}), IsEmpty());
  EXPECT_THAT(rounds(anna_), SizeIs(2));
}

TEST_P(RetentionTest, no_batch_is_larger_than_it_may_be) {
  const auto bela = add_user("bela");
  run_rounds(anna_, 7, 1);
  run_rounds(bela, 5, 0);
  std::int64_t removed = 0;
  for (const auto batch : purge(keep_since(now(), 4))) {
    EXPECT_LE(batch, 4);
    removed += batch;
  }
  EXPECT_EQ(removed, 7 + 7 + 5);
}

TEST_P(RetentionTest, goes_on_with_what_came_after_an_earlier_purge) {
  run_rounds(anna_, 2, 1);
  purge(keep_since(now()));
  run_rounds(anna_, 2, 1);
  EXPECT_THAT(purge(keep_since(now())), testing::ElementsAre(4));
  EXPECT_EQ(database_->count("MonitorCheck"), 0);
  EXPECT_EQ(database_->count("MonitorRound"), 0);
}

TEST_P(RetentionTest, monitors_incidents_and_schedules_stay) {
  set_slot(anna_, now());
  run_round({Cause::timeout});
  clock_.advance(24h);
  purge(keep_since(now()));
  EXPECT_THAT(monitors().list(anna_), SizeIs(1));
  EXPECT_THAT(monitors().incidents({.user_id = anna_}).items, SizeIs(1));
  EXPECT_EQ(row(anna_).last_status, "failed");
}

TEST_P(RetentionTest, a_removed_monitors_checks_are_gone_whatever_their_age) {
  const auto two = add_monitor(anna_, "two");
  run_rounds(anna_, 3, 2);
  monitors().remove(anna_, one_.id);
  const base::Timestamp never{};
  EXPECT_THAT(purge({never, never, never, 2}), testing::ElementsAre(2, 1));
  EXPECT_EQ(database_->count("MonitorCheck WHERE monitorId = '" + one_.id + "'"), 0);
  EXPECT_THAT(monitors().checks({.user_id = anna_, .monitor_id = two.id}), SizeIs(3));
  EXPECT_EQ(database_->count("MonitorRemovedHistory"), 0);
}

TEST_P(RetentionTest, a_removed_users_history_is_gone_and_his_neighbours_is_not) {
  const auto bela = add_user("bela");
  run_rounds(anna_, 3, 1);
  run_rounds(bela, 3, 0);
  users().remove(anna_);
  const base::Timestamp never{};
  std::int64_t removed = 0;
  for (const auto batch : purge({never, never, never, 4})) removed += batch;
  EXPECT_EQ(removed, 6);
  EXPECT_THAT(rounds(bela), SizeIs(3));
  EXPECT_EQ(database_->count("MonitorRound"), 3);
  EXPECT_EQ(database_->count("MonitorCheck"), 0);
  EXPECT_EQ(database_->count("MonitorRemovedHistory"), 0);
}

TEST_P(RetentionTest, logs_ended_sessions_and_told_alerts_go_by_age) {
  users().log_audit({"cli", "old", "", "", "{}"});
  users().log_dispatch({"cron", "dispatch", 0, 0, 1ms, ""});
  users().add_session({"old", anna_, now(), now() + 1h, now()});
  clock_.advance(48h);
  users().log_audit({"cli", "new", "", "", "{}"});
  users().log_dispatch({"cron", "dispatch", 0, 0, 1ms, ""});
  users().add_session({"new", anna_, now(), now() + 1h, now()});
  EXPECT_THAT(purge(keep_since(now() - 24h)), testing::ElementsAre(3));
  EXPECT_EQ(database_->value("SELECT action FROM MonitorAuditLog"), "new");
  EXPECT_EQ(database_->count("MonitorDispatchLog"), 1);
  EXPECT_TRUE(users().find_session("new"));
}

}  // namespace
}  // namespace watchbill::contract
