#include "queue/job.h"

#include <fmt/format.h>

namespace watchbill::queue {

RoundJob job_of(domain::Claim claim, base::Timestamp scheduled_at) {
  return {.user_id = std::move(claim.user_id),
          .user_email = std::move(claim.user_email),
          .interval_minutes = claim.interval_minutes,
          .scheduled_at = scheduled_at,
          .slot = claim.slot,
          .fence = claim.fence};
}

std::string job_id(const domain::UserId& user_id, domain::Fence fence) {
  return fmt::format("monitor-{}-{}", user_id, fence);
}

}  // namespace watchbill::queue
