// One queue on one server, as Queue, Job and Worker share it: keys, client, clock.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/task.h"
#include "base/time.h"
#include "bullmq/job_record.h"
#include "bullmq/keys.h"
#include "redis/client.h"

namespace watchbill::bullmq {

// Reactor thread only. The client must outlive it.
class Backend {
 public:
  Backend(redis::Client& client, const base::Clock& clock, std::string_view prefix, std::string_view queue)
      : client(client), clock(clock), keys(prefix, queue) {}

  // The reply of a script that refuses with a negative number. Throws Refused, redis::Error. `what` is told
  // then.
  base::Task<redis::Reply> ask(redis::Command command, std::string job_id, const char* what);

  // Sent in one write, the replies in the same order. Throws redis::Error also for the first error reply.
  base::Task<std::vector<redis::Reply>> ask_together(std::vector<redis::Command> commands);

  redis::Client& client;
  const base::Clock& clock;
  const Keys keys;
  OptionsCache options_cache;
};

}  // namespace watchbill::bullmq
