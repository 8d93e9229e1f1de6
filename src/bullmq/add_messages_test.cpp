#include <gtest/gtest.h>

#include "bullmq/messages.h"
#include "bullmq/testing/messages.h"

namespace watchbill::bullmq {
namespace {

using testing::message_of;

// Whatever was packed before, each job has its own options.
TEST(AddJob, packs_the_options_of_each_job) {
  const Keys keys("bull", "q");
  const std::string long_id(40, 'x');  // MessagePack writes its length in another way
  PackedOptions cache;
  const JobOptions jobs[] = {{.job_id = "a", .attempts = 2},
                             {.job_id = "b", .attempts = 2},
                             {.job_id = long_id, .attempts = 2},
                             {.attempts = 2},
                             {.attempts = 2},
                             {.job_id = "c", .attempts = 2},
                             {.job_id = "c", .attempts = 3},
                             {.job_id = "d", .attempts = 3, .backoff = Backoff{.delay = base::Millis(9)}},
                             {.attempts = 3, .lifo = true},
                             {.job_id = "e", .attempts = 3, .lifo = true}};
  for (const auto& options : jobs) {
    const auto message =
        message_of(add_job(keys, {.name = "n", .options = options}, base::Timestamp(), cache));
    EXPECT_EQ(message.unpacked(2), encode_options(options)) << encode_options(options);
  }
}

}  // namespace
}  // namespace watchbill::bullmq
