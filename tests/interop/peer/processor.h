// What the workers of the peer do with a job: its name says it. support/processor.mjs does the same on Node.
#pragma once

#include <set>
#include <string>

#include "base/event.h"
#include "bullmq/job.h"

namespace interop {

namespace base = watchbill::base;
namespace bullmq = watchbill::bullmq;

//   fail           throws data.message           fail_n_times  the same for the first data.times attempts
//   unrecoverable  throws, and is not tried again
//   sleep          for data.ms                   hang          until it is released or its lock is lost
//   report         tells data.progress, logs data.logs
//   postpone       moves itself to delayed for data.ms, the first time
//   crash          kills the whole process, as if by kill -9
// All others, and those above when they end, return their data.
class Processor {
 public:
  Processor(base::asio::any_io_executor executor, const base::Clock& clock)
      : clock_(clock), released_event_(std::move(executor)) {}

  base::Task<bullmq::Json> run(bullmq::Job& job);
  // A job that hangs, now or later, ends.
  void release(const std::string& job_id);

 private:
  base::Task<> act(bullmq::Job& job);
  base::Task<> sleep(base::Millis time);
  base::Task<> hang(bullmq::Job& job);
  base::Task<> report(bullmq::Job& job);
  base::Task<> postpone(bullmq::Job& job);

  const base::Clock& clock_;
  std::set<std::string> released_;
  base::Event released_event_;
};

}  // namespace interop
