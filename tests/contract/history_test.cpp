// Reading what was found: order, ranges, pages.
#include "tests/contract/store_contract.h"

namespace watchbill::contract {
namespace {

using domain::Cause;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class HistoryTest : public StoreContract {
 protected:
  // One round of anna a minute; monitors in the order of their creation.
  void run_rounds(const std::vector<std::vector<Cause>>& all) {
    for (const auto& causes : all) {
      set_slot(anna_, now());
      ASSERT_TRUE(run_round(causes).recorded);
      times_.push_back(now());
      clock_.advance(1min);
    }
  }
  std::vector<base::Timestamp> times(const std::vector<domain::CheckResult>& checks) {
    std::vector<base::Timestamp> times;
    for (const auto& check : checks) times.push_back(check.at);
    return times;
  }

  domain::UserId anna_ = add_user("anna");
  domain::Monitor one_ = add_monitor(anna_, "one");
  domain::Monitor two_ = add_monitor(anna_, "two");
  std::vector<base::Timestamp> times_;
};
WATCHBILL_ON_EVERY_ENGINE(HistoryTest);

TEST_P(HistoryTest, checks_come_newest_first_within_their_range) {
  run_rounds(
      {{Cause::ok, Cause::ok}, {Cause::ok, Cause::ok}, {Cause::ok, Cause::ok}, {Cause::ok, Cause::ok}});
  const auto checks = [&](std::optional<base::Timestamp> from, std::optional<base::Timestamp> until,
                          std::size_t limit = 100) {
    return times(monitors().checks(
        {.user_id = anna_, .monitor_id = one_.id, .from = from, .until = until, .limit = limit}));
  };
  EXPECT_THAT(checks({}, {}), ElementsAre(times_[3], times_[2], times_[1], times_[0]));
  EXPECT_THAT(checks(times_[1], times_[3]), ElementsAre(times_[2], times_[1])) << "from is in, until is not";
  EXPECT_THAT(checks({}, {}, 2), ElementsAre(times_[3], times_[2]));
  EXPECT_THAT(checks({}, times_[2], 1), ElementsAre(times_[1]));
  EXPECT_THAT(checks(now(), {}), IsEmpty());
}

TEST_P(HistoryTest, heartbeats_are_the_last_few_of_each_monitor_oldest_first) {
  run_rounds({{Cause::ok, Cause::ok}, {Cause::timeout, Cause::ok}, {Cause::blocked, Cause::timeout}});
  const auto all = monitors().heartbeats(anna_, 2);
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].monitor_id, one_.id);
  EXPECT_EQ(all[1].monitor_id, two_.id);
  ASSERT_THAT(all[0].beats, SizeIs(2));
  EXPECT_EQ(all[0].beats[0].at, times_[1]);
  EXPECT_EQ(all[0].beats[0].verdict, domain::Verdict::down);
  EXPECT_EQ(all[0].beats[0].total_ms, 34);
  EXPECT_EQ(all[0].beats[1].verdict, domain::Verdict::unknown);
  ASSERT_TRUE(all[0].last);
  EXPECT_EQ(all[0].last->finding.cause, Cause::blocked);
  EXPECT_EQ(all[1].last->finding.cause, Cause::timeout);

  const auto single = monitors().heartbeats(anna_, two_.id, 100).value();
  EXPECT_THAT(single.beats, SizeIs(3));
  EXPECT_EQ(single.last->at, times_[2]);
}

TEST_P(HistoryTest, a_monitor_that_was_never_checked_has_no_heartbeats) {
  const auto all = monitors().heartbeats(anna_, 10);
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_THAT(all[0].beats, IsEmpty());
  EXPECT_FALSE(all[0].last);
}

TEST_P(HistoryTest, rounds_come_newest_first_and_page_by_slot) {
  run_rounds({{Cause::ok, Cause::ok}, {Cause::ok, Cause::timeout}, {Cause::ok, Cause::ok}});
  const auto page = monitors().rounds({.user_id = anna_, .limit = 2});
  ASSERT_THAT(page, SizeIs(2));
  EXPECT_EQ(page[0].slot, times_[2]);
  EXPECT_EQ(page[1].slot, times_[1]);
  EXPECT_EQ(page[1].outcome, domain::Outcome::failed);
  EXPECT_EQ(page[1].counts.down, 1);
  const auto next = monitors().rounds({.user_id = anna_, .before = page[1].slot, .limit = 2});
  ASSERT_THAT(next, SizeIs(1));
  EXPECT_EQ(next[0].slot, times_[0]);
}

TEST_P(HistoryTest, the_checks_of_a_round_are_its_own_in_the_users_order) {
  run_rounds({{Cause::ok, Cause::timeout}, {Cause::ok, Cause::ok}});
  const auto checks = monitors().checks_of_round(anna_, times_[0]);
  ASSERT_THAT(checks, SizeIs(2));
  EXPECT_EQ(checks[0].monitor_id, one_.id);
  EXPECT_EQ(checks[1].monitor_id, two_.id);
  EXPECT_EQ(checks[1].finding.cause, Cause::timeout);
  EXPECT_EQ(checks[1].at, times_[0]);
  EXPECT_THAT(monitors().checks_of_round(anna_, times_[0] + 1ms), IsEmpty());
}

TEST_P(HistoryTest, the_checks_of_a_late_and_long_round_are_found_too) {
  set_slot(anna_, now() - 3h);
  const auto slot = now() - 3h;
  const auto started = start_one();
  clock_.advance(50s);
  ASSERT_TRUE(finish(checked(started, {Cause::ok, Cause::ok})).recorded);
  EXPECT_THAT(monitors().checks_of_round(anna_, slot), SizeIs(2));
}

class IncidentPagesTest : public HistoryTest {
 protected:
  std::vector<std::string> walk(store::IncidentQuery query) {
    std::vector<std::string> ids;
    do {
      const auto page = monitors().incidents(query);
      EXPECT_LE(page.items.size(), query.limit);
      for (const auto& incident : page.items) ids.push_back(incident.id);
      query.after = page.next_cursor;
    } while (query.after && ids.size() < 100);
    return ids;
  }
};
WATCHBILL_ON_EVERY_ENGINE(IncidentPagesTest);

TEST_P(IncidentPagesTest, every_incident_comes_once_newest_first) {
  // Two at a time share their start.
  for (int i = 0; i < 3; ++i) run_rounds({{Cause::timeout, Cause::timeout}, {Cause::ok, Cause::ok}});
  const auto all = monitors().incidents({.user_id = anna_}).items;
  ASSERT_THAT(all, SizeIs(6));
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_GE(all[i - 1].started_at, all[i].started_at);
  std::vector<std::string> ids;
  for (const auto& incident : all) ids.push_back(incident.id);
  for (const std::size_t limit : {1u, 2u, 4u, 6u})
    EXPECT_EQ(walk({.user_id = anna_, .limit = limit}), ids) << "pages of " << limit;
}

TEST_P(IncidentPagesTest, of_one_monitor_and_of_one_state) {
  run_rounds({{Cause::timeout, Cause::ok}, {Cause::ok, Cause::timeout}});
  const auto of_one = monitors().incidents({.user_id = anna_, .monitor_id = one_.id}).items;
  ASSERT_THAT(of_one, SizeIs(1));
  EXPECT_EQ(of_one[0].monitor_id, one_.id);
  const auto open = monitors().incidents({.user_id = anna_, .open = true}).items;
  ASSERT_THAT(open, SizeIs(1));
  EXPECT_EQ(open[0].monitor_id, two_.id);
  EXPECT_EQ(open[0].ended_at, std::nullopt);
  EXPECT_EQ(monitors().incidents({.user_id = anna_, .open = false}).items.at(0).id, of_one[0].id);
  EXPECT_THAT(monitors().incidents({.user_id = anna_, .monitor_id = one_.id, .open = true}).items, IsEmpty());
}

TEST_P(IncidentPagesTest, a_cursor_that_we_never_gave_leads_nowhere) {
  run_rounds({{Cause::timeout, Cause::ok}});
  for (const auto* cursor : {"", "x", "12", "-", "99999999999999999999-a", "'; DROP TABLE User; --"})
    EXPECT_THAT(monitors().incidents({.user_id = anna_, .after = cursor}).items, IsEmpty()) << cursor;
}

}  // namespace
}  // namespace watchbill::contract
