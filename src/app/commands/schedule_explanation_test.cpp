#include "app/commands/schedule_explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace watchbill::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const auto kNow = *base::parse_iso8601("2026-03-01T08:15:00.000Z");

ScheduleFacts idle() {
  ScheduleFacts facts;
  facts.schedule.next_run_at = kNow + 3min;
  facts.monitors = 2;
  facts.now = kNow;
  return facts;
}

ScheduleFacts due() {
  auto facts = idle();
  facts.schedule.next_run_at = kNow - 12s;
  return facts;
}

ScheduleFacts held(domain::Fence fence, domain::Fence started, base::Millis lease) {
  auto facts = due();
  facts.schedule.fence = fence;
  facts.schedule.started_fence = started;
  facts.schedule.locked_until = kNow + lease;
  facts.schedule.locked_by = started < fence ? "dispatcher-host-1" : "worker-host-1";
  return facts;
}

struct Row {
  const char* name;
  ScheduleFacts facts;
  Standing standing;
  const char* sentence;
};

std::vector<Row> rows() {
  auto disabled = idle(), user_disabled = idle(), running_while_disabled = held(3, 3, 40s);
  auto left_alone = held(3, 3, 40s);
  left_alone.holder_unseen_since = kNow - 35s;
  auto gone_while_disabled = left_alone;
  gone_while_disabled.schedule.enabled = false;
  disabled.schedule.enabled = false;
  user_disabled.user.disabled = true;
  running_while_disabled.schedule.enabled = false;
  return {
      {"not due", idle(), Standing::not_due, "the next slot is 2026-03-01T08:18:00Z (in 3 min)"},
      {"due", due(), Standing::due, "Due since 2026-03-01T08:14:48Z (12 s ago)"},
      {"disabled", disabled, Standing::disabled, "switched off"},
      {"user disabled", user_disabled, Standing::user_disabled, "the user is disabled"},
      {"queued", held(3, 2, 15min), Standing::queued, "Claimed by dispatcher-host-1"},
      {"running", held(3, 3, 40s), Standing::running, "worker-host-1 holds the lease until"},
      {"its worker is gone", left_alone, Standing::running,
       "has not been seen since 2026-03-01T08:14:25Z (35 s ago): another worker runs it after"},
      {"its worker is gone, and he is off", gone_while_disabled, Standing::running, "none follows"},
      {"running while disabled", running_while_disabled, Standing::running, "A round is running"},
      {"lease over", held(3, 3, -5s), Standing::abandoned, "let its lease run out"},
      {"claim over", held(3, 2, -5s), Standing::abandoned, "dispatcher-host-1 let its lease run out"},
  };
}

TEST(ScheduleExplanation, AnswersFirst) {
  for (const auto& row : rows()) {
    EXPECT_EQ(standing_of(row.facts), row.standing) << row.name;
    EXPECT_THAT(explain(row.facts, Speaker(Language::english)).front(), HasSubstr(row.sentence)) << row.name;
    EXPECT_EQ(explain(row.facts, Speaker(Language::chinese)).size(),
              explain(row.facts, Speaker(Language::english)).size());
  }
}

TEST(ScheduleExplanation, TellsOfTheLastRoundAndWhatWasMissed) {
  auto facts = idle();
  domain::Round round;
  round.slot = kNow - 2min;
  round.started_at = round.slot + 30ms;
  round.finished_at = round.started_at + 2s;
  round.outcome = domain::Outcome::failed;
  round.error = "1 of 2 monitors down";
  round.worker = "worker-host-1";
  round.missed = 4;
  facts.last_round = round;
  const auto sentences = explain(facts, Speaker(Language::english));
  EXPECT_THAT(sentences, testing::Contains(HasSubstr(
                             "failed, slot 2026-03-01T08:13:00Z (2 min ago), started 30 ms late, took 2 s")));
  EXPECT_THAT(sentences, testing::Contains("It says: 1 of 2 monitors down."));
  EXPECT_THAT(sentences, testing::Contains("4 slots after it passed without a round."));
}

TEST(ScheduleExplanation, SaysStatusesInBothLanguagesAndLeavesForeignOnesAlone) {
  const Speaker english(Language::english), chinese(Language::chinese);
  EXPECT_EQ(describe_status("success", english), "success");
  EXPECT_EQ(describe_status("skipped", chinese), "跳过");
  EXPECT_EQ(describe_status("", chinese), "-");
  EXPECT_EQ(describe_status("queued", chinese), "queued");
}

TEST(ScheduleExplanation, SaysWhatTheRoundFoundInBothLanguagesAndForeignErrorsAsTheyAre) {
  auto facts = idle();
  facts.last_round.emplace();
  facts.last_round->counts = {.up = 1, .down = 2, .unknown = 1};
  facts.last_round->error = domain::summary_of(facts.last_round->counts);
  EXPECT_THAT(explain(facts, Speaker(Language::chinese)),
              testing::Contains("其说明为：4 个监控项中有 2 个故障。"));
  EXPECT_THAT(explain(facts, Speaker(Language::english)),
              testing::Contains("It says: 2 of 4 monitors down."));
  facts.last_round->error = "ENOSPC";
  EXPECT_THAT(explain(facts, Speaker(Language::chinese)), testing::Contains("其说明为：ENOSPC。"));
}

TEST(ScheduleExplanation, SaysWhenNothingIsToBeChecked) {
  auto facts = idle();
  facts.paused = facts.monitors;
  EXPECT_THAT(explain(facts, Speaker(Language::english)),
              testing::Contains(HasSubstr("recorded as skipped")));
}

}  // namespace
}  // namespace watchbill::app
