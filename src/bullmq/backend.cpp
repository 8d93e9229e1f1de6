#include "bullmq/backend.h"

#include "bullmq/messages.h"

namespace watchbill::bullmq {

base::Task<redis::Reply> Backend::ask(redis::Command command, std::string job_id, const char* what) {
  auto reply = co_await client.call(command);
  accepted(reply, job_id, what);
  co_return reply;
}

}  // namespace watchbill::bullmq
