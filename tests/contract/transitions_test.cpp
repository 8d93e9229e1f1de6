// What recorded checks do: results, monitors' states, incidents, alerts.
#include "tests/contract/store_contract.h"

namespace watchbill::contract {
namespace {

using domain::Cause;
using domain::MonitorState;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class TransitionsTest : public StoreContract {
 protected:
  void add_channel(const domain::UserId& user, const std::string& id, bool enabled = true) {
    database_->execute(
        "INSERT INTO MonitorChannel (userId, id, name, kind, config, enabled, createdAt, updatedAt) "
        "VALUES ('" +
        user + "', '" + id + "', '" + id + "', 'webhook', '{}', " + (enabled ? "1" : "0") + ", " +
        database_->literal(now()) + ", " + database_->literal(now()) + ")");
  }
  void next_round(const domain::UserId& user, const std::vector<Cause>& causes) {
    clock_.set_wall_clock(std::max(now(), row(user).next_run_at));
    ASSERT_TRUE(run_round(causes).recorded);
  }
  std::vector<domain::Incident> incidents(const domain::UserId& user) {
    return monitors().incidents({.user_id = user}).items;
  }
  domain::MonitorStatus status(const domain::UserId& user) { return monitors().list(user).front().status; }

  domain::UserId anna_ = add_due_user("anna");
};
WATCHBILL_ON_EVERY_ENGINE(TransitionsTest);

TEST_P(TransitionsTest, a_result_is_kept_with_everything_that_was_found) {
  const auto monitor = add_monitor(anna_, "one");
  const auto started = start_one();
  auto round = checked(started, {Cause::status_unexpected});
  auto& finding = round.results[0].finding;
  finding.phase = domain::Phase::assertion;
  finding.times = {.resolve = 1us, .connect = 2us, .tls = 3us, .first_byte = 4us, .total = 5'000'000us};
  finding.detail = "503, wanted 200 \xC3\xA9 \"x\"";
  finding.address = "[::1]:80";
  finding.http_status = 503;
  finding.certificate_days_left = -3;
  finding.redirects = {"http://a/", "http://b/?q=\"1\""};
  ASSERT_TRUE(finish(round).recorded);

  const auto checks = monitors().checks({.user_id = anna_, .monitor_id = monitor.id});
  ASSERT_THAT(checks, SizeIs(1));
  const auto& check = checks.front();
  EXPECT_EQ(check.monitor_id, monitor.id);
  EXPECT_EQ(check.at, now());
  EXPECT_EQ(check.finding.verdict, domain::Verdict::down);
  EXPECT_EQ(check.finding.cause, Cause::status_unexpected);
  EXPECT_EQ(check.finding.phase, domain::Phase::assertion);
  EXPECT_EQ(check.finding.times.resolve, 1us);
  EXPECT_EQ(check.finding.times.connect, 2us);
  EXPECT_EQ(check.finding.times.tls, 3us);
  EXPECT_EQ(check.finding.times.first_byte, 4us);
  EXPECT_EQ(check.finding.times.total, 5'000'000us);
  EXPECT_EQ(check.finding.detail, finding.detail);
  EXPECT_EQ(check.finding.address, "[::1]:80");
  EXPECT_EQ(check.finding.http_status, 503);
  EXPECT_EQ(check.finding.certificate_days_left, -3);
  EXPECT_EQ(check.finding.redirects, finding.redirects);
  EXPECT_THAT(monitors().checks_of_round(anna_, started.claim.slot), SizeIs(1));
}

TEST_P(TransitionsTest, what_was_not_reached_is_absent) {
  const auto monitor = add_monitor(anna_, "one");
  auto round = checked(start_one(), {Cause::name_not_found});
  round.results[0].finding.times = {.total = 7us};
  round.results[0].finding.detail = "";
  finish(round);
  const auto check = monitors().checks({.user_id = anna_, .monitor_id = monitor.id}).front();
  EXPECT_EQ(check.finding.times.resolve, std::nullopt);
  EXPECT_EQ(check.finding.times.connect, std::nullopt);
  EXPECT_EQ(check.finding.times.first_byte, std::nullopt);
  EXPECT_EQ(check.finding.http_status, std::nullopt);
  EXPECT_EQ(check.finding.certificate_days_left, std::nullopt);
  EXPECT_EQ(check.finding.detail, "");
  EXPECT_THAT(check.finding.redirects, IsEmpty());
}

TEST_P(TransitionsTest, the_first_success_makes_a_monitor_up_without_an_incident) {
  add_monitor(anna_, "one");
  run_round({Cause::ok});
  EXPECT_EQ(status(anna_).state, MonitorState::up);
  EXPECT_EQ(status(anna_).since, now());
  EXPECT_THAT(incidents(anna_), IsEmpty());
}

TEST_P(TransitionsTest, an_outage_is_one_incident_from_down_to_up) {
  const auto monitor = add_monitor(anna_, "one", 2);
  run_round({Cause::timeout});
  EXPECT_THAT(incidents(anna_), IsEmpty()) << "one failure of two";
  EXPECT_EQ(status(anna_).consecutive_failures, 1);
  next_round(anna_, {Cause::connection_refused});
  const auto down_at = now();
  ASSERT_THAT(incidents(anna_), SizeIs(1));
  EXPECT_EQ(status(anna_).state, MonitorState::down);
  next_round(anna_, {Cause::timeout});
  EXPECT_THAT(incidents(anna_), SizeIs(1));
  next_round(anna_, {Cause::ok});

  const auto incident = incidents(anna_).front();
  EXPECT_EQ(incident.user_id, anna_);
  EXPECT_EQ(incident.monitor_id, monitor.id);
  EXPECT_EQ(incident.started_at, down_at);
  EXPECT_EQ(incident.ended_at, now());
  EXPECT_EQ(incident.cause, Cause::connection_refused);
  EXPECT_EQ(incident.detail, "because");
  EXPECT_EQ(status(anna_).state, MonitorState::up);
}

TEST_P(TransitionsTest, what_was_not_measured_changes_nothing) {
  add_monitor(anna_, "one");
  run_round({Cause::ok});
  const auto before = status(anna_);
  next_round(anna_, {Cause::resolver_failed});
  EXPECT_EQ(status(anna_).state, MonitorState::up);
  EXPECT_EQ(status(anna_).since, before.since);
  EXPECT_THAT(incidents(anna_), IsEmpty());
}

TEST_P(TransitionsTest, each_transition_is_told_once_on_each_enabled_channel) {
  add_channel(anna_, "mail");
  add_channel(anna_, "chat");
  add_channel(anna_, "off", false);
  const auto bela = add_user("bela");
  schedules().edit(bela, {.enabled = false});
  add_channel(bela, "foreign");
  add_monitor(anna_, "one");
  run_round({Cause::timeout});
  EXPECT_EQ(database_->count("MonitorAlertOutbox"), 2);
  EXPECT_EQ(
      database_->count(
          "MonitorAlertOutbox WHERE transition = 'down' AND channelId IN ('mail', 'chat') AND dueAt = " +
          database_->literal(now())),
      2);
  next_round(anna_, {Cause::timeout});
  EXPECT_EQ(database_->count("MonitorAlertOutbox"), 2) << "still down is no news";
  next_round(anna_, {Cause::ok});
  EXPECT_EQ(database_->count("MonitorAlertOutbox"), 4);
  EXPECT_EQ(database_->count(
                "MonitorAlertOutbox o JOIN MonitorIncident i ON i.userId = o.userId AND i.id = o.incidentId "
                "WHERE o.transition = 'up'"),
            2);
}

TEST_P(TransitionsTest, a_monitor_edited_during_the_round_keeps_the_state_that_the_edit_gave_it) {
  const auto monitor = add_monitor(anna_, "one");
  run_round({Cause::ok});
  clock_.set_wall_clock(row(anna_).next_run_at);
  const auto round = checked(start_one(), {Cause::timeout});
  monitors().edit(anna_, monitor.id, {.config = nlohmann::json{{"url", "http://other"}}});
  ASSERT_TRUE(finish(round).recorded);
  EXPECT_EQ(status(anna_).state, MonitorState::pending);
  EXPECT_THAT(incidents(anna_), IsEmpty());
  EXPECT_THAT(monitors().checks({.user_id = anna_, .monitor_id = monitor.id}), SizeIs(2))
      << "the result is kept";
}

TEST_P(TransitionsTest, an_edit_in_the_millisecond_of_creation_is_still_seen) {
  const auto monitor = add_monitor(anna_, "one");
  const auto round = checked(start_one(), {Cause::timeout});
  monitors().edit(anna_, monitor.id, {.failures_before_down = 3});
  finish(round);
  EXPECT_EQ(status(anna_).state, MonitorState::pending);
}

TEST_P(TransitionsTest, a_monitor_removed_during_the_round_leaves_nothing) {
  const auto gone = add_monitor(anna_, "gone");
  const auto kept = add_monitor(anna_, "kept");
  const auto round = checked(start_one(), {Cause::timeout, Cause::timeout});
  monitors().remove(anna_, gone.id);
  ASSERT_TRUE(finish(round).recorded);
  EXPECT_EQ(database_->count("MonitorCheck WHERE monitorId = '" + gone.id + "'"), 0);
  EXPECT_EQ(database_->count("MonitorCheck WHERE monitorId = '" + kept.id + "'"), 1);
  EXPECT_THAT(incidents(anna_), SizeIs(1));
}

TEST_P(TransitionsTest, a_new_configuration_ends_the_incident_and_tells_nobody) {
  add_channel(anna_, "mail");
  const auto monitor = add_monitor(anna_, "one");
  run_round({Cause::timeout});
  clock_.advance(10s);
  const auto edited = monitors().edit(anna_, monitor.id, {.config = nlohmann::json{{"url", "http://other"}}});
  EXPECT_EQ(edited->status.state, MonitorState::pending);
  EXPECT_EQ(edited->status.since, now());
  EXPECT_EQ(incidents(anna_).front().ended_at, now());
  EXPECT_EQ(database_->count("MonitorAlertOutbox WHERE transition = 'up'"), 0);
  next_round(anna_, {Cause::timeout});
  EXPECT_THAT(incidents(anna_), SizeIs(2)) << "a new outage of the new configuration";
}

}  // namespace
}  // namespace watchbill::contract
