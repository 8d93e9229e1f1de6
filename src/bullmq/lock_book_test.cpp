#include "bullmq/lock_book.h"

#include <gmock/gmock.h>

namespace watchbill::bullmq {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class LockBookTest : public ::testing::Test {
 protected:
  base::Monotonic at(int ms) const { return start_ + base::Millis(ms); }

  const base::Monotonic start_{std::chrono::hours(1)};
  LockBook book_{base::Millis(15000)};
};

TEST_F(LockBookTest, a_lock_is_due_before_it_is_older_than_the_renew_time) {
  EXPECT_EQ(book_.look_every(), base::Millis(7500));
  book_.track("1", "t1", at(0));
  EXPECT_THAT(book_.take_due(at(7499)).ids, ElementsAre());
  const auto due = book_.take_due(at(7500));
  EXPECT_THAT(due.ids, ElementsAre("1"));
  EXPECT_THAT(due.tokens, ElementsAre("t1"));
}

TEST_F(LockBookTest, a_lock_that_was_taken_counts_as_renewed) {
  book_.track("1", "t1", at(0));
  book_.take_due(at(7500));
  EXPECT_THAT(book_.take_due(at(14999)).ids, ElementsAre());
  EXPECT_THAT(book_.take_due(at(15000)).ids, ElementsAre("1"));
}

TEST_F(LockBookTest, all_that_are_due_come_together) {
  book_.track("1", "t1", at(0));
  book_.track("2", "t2", at(100));
  book_.track("3", "t3", at(7000));
  EXPECT_THAT(book_.take_due(at(8000)).ids, UnorderedElementsAre("1", "2"));
}

TEST_F(LockBookTest, a_job_that_came_back_is_not_let_go_by_its_former_slot) {
  EXPECT_TRUE(book_.track("1", "old", at(0)));
  EXPECT_FALSE(book_.track("1", "new", at(10)));
  book_.untrack("1", "old");
  EXPECT_TRUE(book_.holds("1", "new"));
  EXPECT_FALSE(book_.holds("1", "old"));
  book_.untrack("1", "new");
  EXPECT_EQ(book_.size(), 0u);
}

TEST_F(LockBookTest, what_was_due_is_known_by_id_and_token) {
  book_.track("1", "t1", at(0));
  const auto due = book_.take_due(at(9000));
  EXPECT_TRUE(due.contains("1", "t1"));
  EXPECT_FALSE(due.contains("1", "t2"));
}

TEST_F(LockBookTest, all_locks_are_there_for_giving_jobs_back) {
  book_.track("1", "t1", at(0));
  book_.track("2", "t2", at(0));
  const auto all = book_.all();
  EXPECT_THAT(all.ids, UnorderedElementsAre("1", "2"));
  EXPECT_THAT(all.tokens, UnorderedElementsAre("t1", "t2"));
}

}  // namespace
}  // namespace watchbill::bullmq
