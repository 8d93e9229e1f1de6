// Operators and other applications write the same table: the specification's columns and its SQL just work.
#include "tests/contract/store_contract.h"

namespace watchbill::contract {
namespace {

using domain::StartedRound;
using store::StartRefusal;
using testing::IsEmpty;

class ForeignWritersTest : public StoreContract {
 protected:
  void execute(const std::string& sql) { database_->execute(sql); }
  std::string at(base::Timestamp time) const { return database_->literal(time); }

  void add_foreign_user(const std::string& id) {
    execute("INSERT INTO User (id, email) VALUES ('" + id + "', '" + id + "@example.org')");
  }
};
WATCHBILL_ON_EVERY_ENGINE(ForeignWritersTest);

TEST_P(ForeignWritersTest, a_row_with_the_specifications_columns_alone_is_claimed_and_run) {
  add_foreign_user("cm5user");
  execute(
      "INSERT INTO UserMonitorSchedule (id, userId, enabled, intervalMinutes, nextRunAt, createdAt, "
      "updatedAt) "
      "VALUES ('cm5row', 'cm5user', 1, 5, " +
      at(now()) + ", " + at(now()) + ", " + at(now()) + ")");
  const auto claim = claim_one();
  EXPECT_EQ(claim.user_id, "cm5user");
  EXPECT_EQ(claim.user_email, "cm5user@example.org");
  EXPECT_EQ(claim.fence, 1);
  EXPECT_TRUE(finish(start(claim).value()).recorded);
  EXPECT_EQ(row("cm5user").next_run_at, now() + 5min);
}

TEST_P(ForeignWritersTest, a_row_with_its_keys_alone_has_sensible_defaults) {
  add_foreign_user("cm5user");
  execute("INSERT INTO UserMonitorSchedule (id, userId) VALUES ('cm5row', 'cm5user')");
  const auto schedule = row("cm5user");
  EXPECT_TRUE(schedule.enabled);
  EXPECT_EQ(schedule.interval_minutes, 5);
  EXPECT_EQ(schedule.fence, 0);
  EXPECT_EQ(schedule.started_fence, 0);
  EXPECT_GT(schedule.next_run_at, base::Timestamp(1'700'000'000'000ms)) << "a time, in milliseconds";
}

TEST_P(ForeignWritersTest, a_user_without_a_schedule_gets_one_when_it_is_set) {
  add_foreign_user("cm5user");
  add_foreign_user("cm6user");
  EXPECT_FALSE(schedules().find("cm5user"));
  const auto made = schedules().edit("cm5user", {.enabled = true, .interval_minutes = 7}).value();
  EXPECT_TRUE(made.enabled);
  EXPECT_EQ(made.interval_minutes, 7);
  EXPECT_GT(made.next_run_at, now());
  EXPECT_LE(made.next_run_at, now() + 7min);
  EXPECT_EQ(row("cm5user").id, made.id);
  EXPECT_EQ(row("cm5user").next_run_at, made.next_run_at);
  EXPECT_FALSE(schedules().edit("cm6user", {.interval_minutes = 7})->enabled) << "nobody asked for it";
}

TEST_P(ForeignWritersTest, a_user_without_a_schedule_is_shown_one_that_is_off) {
  add_foreign_user("cm5user");
  std::optional<std::string> cursor;
  const auto listed = users().list({}, cursor).at(0).schedule;
  EXPECT_FALSE(listed.enabled);
  EXPECT_EQ(listed.interval_minutes, 5);
  EXPECT_FALSE(schedules().find("cm5user")) << "a list makes none";
  const auto made = schedules().find_or_make("cm5user").value();
  EXPECT_FALSE(made.enabled);
  EXPECT_EQ(made.interval_minutes, 5);
  EXPECT_EQ(schedules().find_or_make("cm5user")->id, made.id);
  EXPECT_FALSE(schedules().find_or_make("nobody"));
}

TEST_P(ForeignWritersTest, a_user_without_an_account_gets_one_when_he_is_added) {
  add_foreign_user("cm5user");
  const store::NewUser wanted{
      .email = "cm5user@example.org", .role = domain::Role::admin, .password_hash = "hash"};
  const auto added = std::get<domain::User>(users().create(wanted));
  EXPECT_EQ(added.id, "cm5user");
  EXPECT_TRUE(users().has_admin());
  EXPECT_EQ(users().find("cm5user")->password_hash, "hash");
  EXPECT_TRUE(row("cm5user").enabled);
  EXPECT_EQ(std::get<store::UserRefusal>(users().create(wanted)), store::UserRefusal::email_taken);
}

TEST_P(ForeignWritersTest, a_user_has_one_schedule) {
  const auto anna = add_user("anna");
  EXPECT_ANY_THROW(execute("INSERT INTO UserMonitorSchedule (id, userId) VALUES ('second', '" + anna + "')"));
}

TEST_P(ForeignWritersTest, nonsense_is_refused_where_it_is_written) {
  const auto anna = add_user("anna");
  const auto set = [&](const std::string& assignment) {
    execute("UPDATE UserMonitorSchedule SET " + assignment + " WHERE userId = '" + anna + "'");
  };
  EXPECT_ANY_THROW(set("intervalMinutes = 0"));
  EXPECT_ANY_THROW(set("intervalMinutes = 1441"));
  EXPECT_ANY_THROW(set("nextRunAt = NULL"));
  EXPECT_ANY_THROW(set("nextRunAt = 'tomorrow'"));
  EXPECT_NO_THROW(set("intervalMinutes = 1440"));
}

TEST_P(ForeignWritersTest, the_operators_clearing_of_stuck_locks_frees_expired_ones_only) {
  const auto anna = add_due_user("anna"), bela = add_due_user("bela");
  const auto stuck = start(claim(1).front()).value();
  clock_.advance(kLease + 1s);
  const auto other = stuck.claim.user_id == anna ? bela : anna;
  ASSERT_EQ(claim(1).front().user_id, other);
  execute("UPDATE UserMonitorSchedule SET lockedUntil = NULL, lockedBy = NULL WHERE lockedUntil < " +
          at(now()));
  EXPECT_EQ(row(stuck.claim.user_id).locked_until, std::nullopt);
  EXPECT_TRUE(row(other).queued(now()));
  const auto again = claim_one();
  EXPECT_EQ(again.user_id, stuck.claim.user_id);
  EXPECT_FALSE(finish(stuck).recorded);
}

TEST_P(ForeignWritersTest, who_still_works_when_his_expired_lock_is_cleared_may_finish_but_not_renew) {
  const auto anna = add_due_user("anna");
  const auto round = start_one();
  clock_.advance(kLease + 1s);
  execute("UPDATE UserMonitorSchedule SET lockedUntil = NULL, lockedBy = NULL WHERE lockedUntil < " +
          at(now()));
  EXPECT_THAT(schedules().renew({ref(round)}, kLease), testing::ElementsAre(false));
  EXPECT_TRUE(finish(round).recorded);
  EXPECT_EQ(rounds(anna).size(), 1u);
}

TEST_P(ForeignWritersTest, a_lock_of_another_applications_dispatcher_is_respected_and_its_job_is_run) {
  for (const std::string by : {"'dispatcher-node'", "'web-1:4242'", "NULL"}) {
    const auto user = add_due_user("user" + std::to_string(by.size()));
    execute("UPDATE UserMonitorSchedule SET lockedUntil = " + at(now() + 15min) + ", lockedBy = " + by +
            " WHERE userId = '" + user + "'");
    EXPECT_THAT(claim(), IsEmpty()) << by;
    const auto started = claim_and_start(user);
    ASSERT_TRUE(std::holds_alternative<StartedRound>(started)) << by;
    EXPECT_EQ(std::get<StartedRound>(started).claim.fence, 1);
    EXPECT_TRUE(finish(std::get<StartedRound>(started)).recorded);
  }
}

TEST_P(ForeignWritersTest, a_lock_of_another_applications_worker_is_not_taken_over) {
  const auto anna = add_due_user("anna");
  execute("UPDATE UserMonitorSchedule SET lockedUntil = " + at(now() + 15min) +
          ", lockedBy = 'worker-node' WHERE userId = '" + anna + "'");
  EXPECT_EQ(std::get<StartRefusal>(claim_and_start(anna)), StartRefusal::already_running);
  EXPECT_EQ(std::get<StartRefusal>(claim_and_start(anna, false)), StartRefusal::already_running);
}

TEST_P(ForeignWritersTest, a_worker_that_knows_no_fences_writes_by_user_and_the_next_claim_goes_past_it) {
  const auto anna = add_due_user("anna");
  const auto ours = claim_one();
  // It takes our job, ignores the fence, and writes what it always wrote.
  execute("UPDATE UserMonitorSchedule SET lastRunAt = " + at(now()) +
          ", lastStatus = 'success', lastDuration = 12, " + "nextRunAt = " + at(now() + 5min) +
          ", lockedUntil = NULL, lockedBy = NULL WHERE userId = '" + anna + "'");
  EXPECT_EQ(row(anna).last_status, "success");
  EXPECT_EQ(row(anna).last_duration, 12ms);
  clock_.advance(5min);
  EXPECT_EQ(claim_one().fence, ours.fence + 1);
}

TEST_P(ForeignWritersTest, a_status_that_we_do_not_know_is_shown_as_it_is) {
  const auto anna = add_user("anna");
  execute("UPDATE UserMonitorSchedule SET lastStatus = 'partial' WHERE userId = '" + anna + "'");
  EXPECT_EQ(row(anna).last_status, "partial");
}

}  // namespace
}  // namespace watchbill::contract
