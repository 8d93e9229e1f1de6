// Adds jobs to a queue, looks at them and looks after them.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/service.h"
#include "bullmq/job.h"
#include "bullmq/messages.h"

namespace watchbill::bullmq {

struct QueueOptions {
  std::string prefix = "bull";
  JobOptions default_job_options{};       // for add() without options of its own
  std::int64_t max_event_length = 10000;  // about as many events are kept
  bool skip_meta_update = false;          // do not write version and bounds into the queue's meta
};

// Reactor thread only. Throws redis::Error when Redis cannot be asked within the command timeout, Refused
// when a script refuses, std::invalid_argument for what could never be right.
class Queue final : public base::Service {
 public:
  // Makes its own connection.
  Queue(base::asio::any_io_executor executor, const base::Clock& clock, redis::Options server,
        std::string name, QueueOptions options = {});
  ~Queue() override;

  // Returns at once; the connection is made meanwhile.
  base::Task<> start() override;
  base::Task<> stop() override;
  // Returns once there is a connection to a server that is fit; writes meta. Throws redis::Error,
  // UnfitServer.
  base::Task<> wait_ready(base::Millis time);

  // The job with its id. An id that exists already is not added again, and the job returned is not the one
  // there.
  base::Task<Job> add(std::string name, Json data, JobOptions options);
  base::Task<Job> add(std::string name, Json data);
  // All in one write, not in one transaction: the ids in the same order. After an exception some may have
  // been added; when it is redis::Error with may_have_run(), which ones is not known.
  base::Task<std::vector<std::string>> add_many(std::vector<NewJob> jobs);

  const std::string& name() const { return backend_->keys.queue; }
  redis::Client& client() { return *client_; }
  const std::shared_ptr<Backend>& backend() const { return backend_; }

 private:
  std::unique_ptr<redis::Client> client_;
  const QueueOptions options_;
  std::shared_ptr<Backend> backend_;
  PackedOptions packed_;
};

}  // namespace watchbill::bullmq
