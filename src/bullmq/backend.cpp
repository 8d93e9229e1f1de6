#include "bullmq/backend.h"

#include "bullmq/messages.h"
#include "redis/retry.h"

namespace watchbill::bullmq {

base::Task<redis::Reply> Backend::ask(redis::Command command, std::string job_id, const char* what) {
  auto reply = co_await client.call(command);
  accepted(reply, job_id, what);
  co_return reply;
}

base::Task<std::vector<redis::Reply>> Backend::ask_together(std::vector<redis::Command> commands) {
  auto replies = co_await client.call_together(commands);
  for (std::size_t at = 0; at < replies.size(); ++at)
    if (const auto reply = replies[at].value(); reply.is_error())
      throw redis::error_of(commands[at], reply.text());
  co_return replies;
}

}  // namespace watchbill::bullmq
