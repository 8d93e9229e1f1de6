// Monitors: what their owner does with them, and that nobody else can.
#include "tests/contract/store_contract.h"

namespace watchbill::contract {
namespace {

using domain::MonitorState;
using testing::ElementsAre;
using testing::IsEmpty;

class MonitorsTest : public StoreContract {
 protected:
  std::vector<std::string> names(const domain::UserId& user) {
    std::vector<std::string> names;
    for (const auto& monitor : monitors().list(user)) names.push_back(monitor.name);
    return names;
  }

  domain::UserId anna_ = add_user("anna");
};
WATCHBILL_ON_EVERY_ENGINE(MonitorsTest);

TEST_P(MonitorsTest, a_new_monitor_is_pending_and_found_again) {
  const nlohmann::json config = {
      {"url", "http://example.org/\xC3\xA9"}, {"headers", {{"a", "\"b\""}}}, {"n", 1.5}};
  const auto created = monitors()
                           .create({.user_id = anna_,
                                    .name = "Home \xE9\xA1\xB5",
                                    .kind = "http",
                                    .config = config,
                                    .failures_before_down = 3,
                                    .successes_before_up = 2,
                                    .paused = true},
                                   10)
                           .value();
  const auto found = monitors().find(anna_, created.id).value();
  EXPECT_EQ(found.user_id, anna_);
  EXPECT_EQ(found.name, "Home \xE9\xA1\xB5");
  EXPECT_EQ(found.kind, "http");
  EXPECT_EQ(found.config, config);
  EXPECT_EQ(found.failures_before_down, 3);
  EXPECT_EQ(found.successes_before_up, 2);
  EXPECT_TRUE(found.paused);
  EXPECT_EQ(found.status.state, MonitorState::pending);
  EXPECT_EQ(found.status.since, now());
  EXPECT_EQ(found.created_at, now());
  EXPECT_EQ(found.updated_at, now());
}

TEST_P(MonitorsTest, are_listed_in_the_order_of_creation) {
  for (const auto* name : {"zoe", "abe", "moe", "bob", "yan", "cal"}) add_monitor(anna_, name);
  EXPECT_THAT(names(anna_), ElementsAre("zoe", "abe", "moe", "bob", "yan", "cal"));
  monitors().remove(anna_, monitors().list(anna_)[2].id);
  add_monitor(anna_, "new");
  EXPECT_THAT(names(anna_), ElementsAre("zoe", "abe", "bob", "yan", "cal", "new"));
}

TEST_P(MonitorsTest, there_are_at_most_as_many_as_the_limit_says) {
  const store::NewMonitor params{
      .user_id = anna_, .name = "one", .kind = "tcp", .config = nlohmann::json::object()};
  EXPECT_TRUE(monitors().create(params, 2));
  EXPECT_TRUE(monitors().create(params, 2));
  EXPECT_FALSE(monitors().create(params, 2));
  EXPECT_TRUE(
      monitors().create({.user_id = add_user("bela"), .name = "own", .kind = "tcp", .config = {}}, 2));
  monitors().remove(anna_, monitors().list(anna_)[0].id);
  EXPECT_TRUE(monitors().create(params, 2));
}

TEST_P(MonitorsTest, a_monitor_needs_an_owner) {
  EXPECT_THROW(monitors().create({.user_id = "nobody", .name = "x", .kind = "tcp", .config = {}}, 10),
               store::Error);
}

TEST_P(MonitorsTest, an_edit_changes_what_it_names) {
  const auto monitor = add_monitor(anna_, "one");
  clock_.advance(1s);
  const auto edited = monitors().edit(anna_, monitor.id, {.name = "two", .paused = true}).value();
  EXPECT_EQ(edited.name, "two");
  const auto found = monitors().find(anna_, monitor.id).value();
  EXPECT_EQ(found.name, "two");
  EXPECT_TRUE(found.paused);
  EXPECT_EQ(found.config, monitor.config);
  EXPECT_EQ(found.updated_at, now());
  EXPECT_EQ(found.created_at, monitor.created_at);
}

TEST_P(MonitorsTest, a_name_or_a_pause_leaves_the_state_alone_and_a_threshold_does_not) {
  const auto monitor = add_monitor(anna_, "one");
  set_slot(anna_, now());
  run_round({domain::Cause::ok});
  monitors().edit(anna_, monitor.id, {.name = "two"});
  monitors().edit(anna_, monitor.id, {.paused = true});
  monitors().edit(anna_, monitor.id, {.config = monitor.config, .failures_before_down = 1});
  EXPECT_EQ(monitors().find(anna_, monitor.id)->status.state, MonitorState::up)
      << "nothing that matters differs";
  EXPECT_EQ(monitors().edit(anna_, monitor.id, {.successes_before_up = 2})->status.state,
            MonitorState::pending);
  EXPECT_EQ(monitors().find(anna_, monitor.id)->status.state, MonitorState::pending);
  EXPECT_EQ(monitors().find(anna_, monitor.id)->status.consecutive_successes, 0);
}

TEST_P(MonitorsTest, a_config_damaged_by_hand_is_an_empty_one) {
  const auto monitor = add_monitor(anna_, "one");
  database_->execute("UPDATE UserMonitor SET config = '{\"url\":'");
  EXPECT_EQ(monitors().find(anna_, monitor.id)->config, nlohmann::json::object());
  database_->execute("UPDATE UserMonitor SET config = '[1]'");
  EXPECT_EQ(monitors().list(anna_).front().config, nlohmann::json::object());
}

TEST_P(MonitorsTest, a_foreign_id_is_as_good_as_absent) {
  const auto bela = add_user("bela");
  const auto monitor = add_monitor(anna_, "one");
  set_slot(anna_, now());
  const auto slot = now();
  run_round({domain::Cause::timeout});

  EXPECT_FALSE(monitors().find(bela, monitor.id));
  EXPECT_FALSE(monitors().edit(bela, monitor.id, {.name = "stolen"}));
  EXPECT_FALSE(monitors().remove(bela, monitor.id));
  EXPECT_FALSE(monitors().heartbeats(bela, monitor.id, 10));
  EXPECT_THAT(monitors().list(bela), IsEmpty());
  EXPECT_THAT(monitors().heartbeats(bela, 10), IsEmpty());
  EXPECT_THAT(monitors().checks({.user_id = bela, .monitor_id = monitor.id}), IsEmpty());
  EXPECT_THAT(monitors().incidents({.user_id = bela}).items, IsEmpty());
  EXPECT_THAT(monitors().incidents({.user_id = bela, .monitor_id = monitor.id}).items, IsEmpty());
  EXPECT_THAT(rounds(bela), IsEmpty());
  EXPECT_FALSE(monitors().round(bela, slot));
  EXPECT_THAT(monitors().checks_of_round(bela, slot), IsEmpty());
  EXPECT_EQ(monitors().find(anna_, monitor.id)->name, "one");
}

TEST_P(MonitorsTest, a_removed_monitor_takes_checks_and_incidents_with_it) {
  const auto monitor = add_monitor(anna_, "one");
  set_slot(anna_, now());
  const auto slot = now();
  run_round({domain::Cause::timeout});
  EXPECT_TRUE(monitors().remove(anna_, monitor.id));
  EXPECT_FALSE(monitors().remove(anna_, monitor.id));
  EXPECT_FALSE(monitors().find(anna_, monitor.id));
  EXPECT_FALSE(monitors().heartbeats(anna_, monitor.id, 10));
  EXPECT_THAT(monitors().checks({.user_id = anna_, .monitor_id = monitor.id}), IsEmpty());
  EXPECT_THAT(monitors().checks_of_round(anna_, slot), IsEmpty());
  EXPECT_THAT(monitors().incidents({.user_id = anna_}).items, IsEmpty());
  EXPECT_EQ(rounds(anna_).size(), 1u) << "the round itself took place";
}

}  // namespace
}  // namespace watchbill::contract
