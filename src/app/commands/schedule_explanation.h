// Says in words where a user stands. A pure decision.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/text/text.h"
#include "domain/round.h"
#include "domain/schedule.h"
#include "domain/user.h"

namespace watchbill::app {

struct ScheduleFacts {
  domain::User user;
  domain::Schedule schedule;
  std::optional<base::Timestamp> holder_unseen_since;  // when the holder's process is not seen any more
  std::optional<domain::Round> last_round;
  std::size_t monitors = 0;
  std::size_t paused = 0;
  base::Timestamp now;  // the database's clock
  bool has_redis = false;
};

enum class Standing {
  user_disabled,
  disabled,
  running,    // a worker holds the lease
  queued,     // a dispatcher claimed him
  abandoned,  // the lease is over and the round not recorded: due again
  due,
  not_due,
};

Standing standing_of(const ScheduleFacts& facts);
std::string_view to_string(Standing standing);

// A schedule's lastStatus in words; "-": never ran.
std::string describe_status(std::string_view status, const Speaker& say);

// The error of a round: what rounds record is English, other applications' words stay as they are.
std::string describe_round_error(const std::string& error, const Speaker& say);

// The answer first, then next slot, holder, last round, missed slots, monitors: one sentence each.
std::vector<std::string> explain(const ScheduleFacts& facts, const Speaker& say);

}  // namespace watchbill::app
