#include "domain/round.h"

#include <gtest/gtest.h>

namespace watchbill::domain {
namespace {

CheckResult with(Verdict verdict) {
  CheckResult result;
  result.finding.verdict = verdict;
  return result;
}

TEST(RoundOutcome, follows_the_verdicts) {
  EXPECT_EQ(outcome_of(count({})), Outcome::skipped);
  EXPECT_EQ(outcome_of(count({with(Verdict::up)})), Outcome::success);
  EXPECT_EQ(outcome_of(count({with(Verdict::up), with(Verdict::down)})), Outcome::failed);
}

TEST(RoundOutcome, our_own_trouble_fails_nobody) {
  EXPECT_EQ(outcome_of(count({with(Verdict::unknown), with(Verdict::up)})), Outcome::success);
  EXPECT_EQ(outcome_of(count({with(Verdict::unknown)})), Outcome::success);
}

TEST(RoundOutcome, says_how_many_are_down) {
  EXPECT_EQ(summary_of({.up = 3, .down = 2, .unknown = 1}), "2 of 6 monitors down");
  EXPECT_EQ(summary_of({.up = 3}), "");
}

TEST(Round, lateness_is_never_negative) {
  Round round;
  round.slot = base::from_epoch_ms(1000);
  round.started_at = base::from_epoch_ms(990);
  EXPECT_EQ(round.lateness(), base::Millis(0));
  round.started_at = base::from_epoch_ms(1250);
  EXPECT_EQ(round.lateness(), base::Millis(250));
}

}  // namespace
}  // namespace watchbill::domain
