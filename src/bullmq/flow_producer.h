// Flows: jobs that wait for other jobs, in this or another queue.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/service.h"
#include "bullmq/flow_plan.h"
#include "bullmq/job.h"

namespace watchbill::bullmq {

// A job of a flow as it was added or found, and its children.
struct JobNode {
  Job job;
  std::vector<JobNode> children{};
  // It was not added: its parent is not there, or its id is taken by the child of another.
  std::optional<Refusal> refusal{};
};

struct FlowQuery {
  std::string id;
  std::string queue;
  std::string prefix{};            // empty: the producer's
  int depth = 10;                  // levels of the tree, at least 1
  std::int64_t max_children = 20;  // about as many of each kind (finished, pending, failed, ignored)
};

// Reactor thread only. Throws redis::Error when Redis cannot be asked, std::invalid_argument for what could
// never be right. Jobs that it returns must not outlive it. With Redis Cluster the keys of all jobs of a flow
// must belong to one slot: give the prefix a hash tag, "{bull}".
class FlowProducer final : public base::Service {
 public:
  // Makes its own connection.
  FlowProducer(base::asio::any_io_executor executor, const base::Clock& clock, redis::Options server,
               std::string prefix = "bull");
  ~FlowProducer() override;

  // Returns at once; the connection is made meanwhile.
  base::Task<> start() override;
  base::Task<> stop() override;

  // All jobs of the tree, or none. A parent runs when no child is pending any more; a child whose failure is
  // to have another effect says so in its options (fail_parent_on_failure and the like). Throws Refused when
  // the root was refused.
  base::Task<JobNode> add(FlowJob flow, FlowDefaults defaults = {});
  // Several trees, all or none. A root that was refused says so in its `refusal`.
  base::Task<std::vector<JobNode>> add_bulk(std::vector<FlowJob> flows, FlowDefaults defaults = {});

  // Nullopt when there is no such job. Children that were removed are left out.
  base::Task<std::optional<JobNode>> get_flow(FlowQuery query);

  redis::Client& client() { return *client_; }

 private:
  const base::Clock& clock_;
  const std::string prefix_;
  std::unique_ptr<redis::Client> client_;
};

}  // namespace watchbill::bullmq
