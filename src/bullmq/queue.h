// Adds jobs to a queue, looks at them and looks after them.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/service.h"
#include "bullmq/client_list.h"
#include "bullmq/job.h"
#include "bullmq/messages.h"
#include "bullmq/queue_messages.h"

namespace watchbill::bullmq {

struct QueueOptions {
  std::string prefix = "bull";
  JobOptions default_job_options{};       // for add() without options of its own
  std::int64_t max_event_length = 10000;  // about as many events are kept
  bool skip_meta_update = false;          // do not write version and bounds into the queue's meta
};

struct RetryJobs {
  JobState state = JobState::failed;       // or completed
  std::int64_t count = 1000;               // moved in one step; all are moved
  std::optional<base::Timestamp> until{};  // finished until then; empty: now
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

  // --- Jobs (queue_getters.cpp)
  // Nothing when there is no such job.
  base::Task<std::optional<Job>> get_job(std::string job_id);
  // `unknown` when there is no such job.
  base::Task<JobState> job_state(std::string job_id);
  // One state after the other, the page of each; jobs that vanish meanwhile are left out. No states: all.
  base::Task<std::vector<Job>> get_jobs(std::vector<JobState> states, Page page = {});
  base::Task<std::vector<Job>> get_jobs(JobState state, Page page = {});
  // The same without looking whether there is a job behind each id.
  base::Task<std::vector<std::string>> get_job_ids(std::vector<JobState> states, Page page = {});
  // Lines from the first to the last when ascending; otherwise `page` counts from the last.
  base::Task<JobLogs> job_logs(std::string job_id, Page page = Page{.ascending = true});
  // Children of a flow's job, whatever their queues. In no order; one may be seen twice while others come.
  base::Task<ChildrenPage> children(std::string parent_id, Children kind, std::int64_t start = 0,
                                    std::int64_t end = -1);

  // --- Counts (queue_getters.cpp)
  // No states: all, in the order of kStates.
  base::Task<StateCounts> job_counts(std::vector<JobState> states = {});
  base::Task<std::int64_t> count(std::vector<JobState> states);
  base::Task<std::int64_t> count(JobState state);
  // What is to be done: waiting, delayed, prioritized and waiting-children.
  base::Task<std::int64_t> count();
  base::Task<std::int64_t> delayed_count(base::Timestamp due_before);
  // Priority 0: the waiting jobs that have none.
  base::Task<std::map<std::uint32_t, std::int64_t>> counts_per_priority(
      std::vector<std::uint32_t> priorities);
  // `finished` is completed or failed. Only workers with max_metrics_data_points collect them.
  base::Task<Metrics> metrics(JobState finished, std::int64_t start = 0, std::int64_t end = -1);
  base::Task<std::string> prometheus(std::map<std::string, std::string> labels = {});

  // --- Who and what holds (queue_getters.cpp)
  base::Task<std::vector<QueueClient>> workers();
  base::Task<std::vector<QueueClient>> listeners();
  base::Task<QueueMeta> meta();
  // "bullmq:6.7.0"; empty when nobody has written it.
  base::Task<std::string> version();
  base::Task<bool> is_paused();
  // As many jobs are active as the global concurrency allows.
  base::Task<bool> is_maxed();
  base::Task<std::optional<std::int64_t>> global_concurrency();
  base::Task<std::optional<GlobalRateLimit>> global_rate_limit();
  // For how long nothing starts; 0: no limit is reached; Millis::max(): until it is removed. `max_jobs` 0: of
  // the global limit, or of rate_limit().
  base::Task<base::Millis> rate_limit_ttl(std::int64_t max_jobs = 0);
  // The job that keeps others with that deduplication id away.
  base::Task<std::optional<std::string>> deduplication_job_id(std::string deduplication_id);

  // --- Control (queue_control.cpp)
  // Nothing starts anywhere until resume(); what runs goes on.
  base::Task<> pause();
  base::Task<> resume();
  base::Task<> set_global_concurrency(std::int64_t concurrency);
  base::Task<> remove_global_concurrency();
  base::Task<> set_global_rate_limit(GlobalRateLimit limit);
  base::Task<> remove_global_rate_limit();
  // Nothing starts for that long. A processor that calls it throws RateLimited afterwards.
  base::Task<> rate_limit(base::Millis time);
  // False when there was no limit.
  base::Task<bool> remove_rate_limit_key();
  base::Task<bool> remove_deduplication_key(std::string deduplication_id);
  base::Task<> update_job_progress(std::string job_id, Json progress);
  // The number of lines so far. `keep` 0: all lines are kept.
  base::Task<std::int64_t> add_job_log(std::string job_id, std::string line, std::int64_t keep = 0);
  // An event of one's own, for QueueEvents; the stream keeps about `max_events`.
  base::Task<> publish_event(std::string name, std::vector<std::pair<std::string, std::string>> fields,
                             std::int64_t max_events = 1000);

  // --- Maintenance (queue_maintenance.cpp)
  // False when it, or a child of it, is locked by a worker; then nothing is removed.
  base::Task<bool> remove(std::string job_id, bool remove_children = true);
  // Removes what waits, with a priority or without; what is delayed only when asked for, and never the next
  // job of a scheduler.
  base::Task<> drain(bool delayed = false);
  // Removes jobs that are older than `grace`, by the time they finished, or else started, or else were added;
  // active ones only without a lock. At most `limit`; 0: all. The ids.
  base::Task<std::vector<std::string>> clean(base::Millis grace, std::int64_t limit = 0,
                                             JobState state = JobState::completed);
  // Pauses the queue and removes it with all it has, `count` jobs a step. Refused when jobs are active,
  // unless `force`.
  base::Task<> obliterate(bool force = false, std::int64_t count = 1000);
  // All of them; priorities are not regarded.
  base::Task<> retry_jobs(RetryJobs which = {});
  base::Task<> promote_jobs(std::int64_t count = 1000);
  // Looks at all keys of the server, `count` at a time, and removes jobs that are in no state: how many.
  // Stops after `limit`; 0: all.
  base::Task<std::int64_t> remove_orphaned_jobs(std::int64_t count = 1000, std::int64_t limit = 0);
  // About `max_length` events are kept. How many were removed.
  base::Task<std::int64_t> trim_events(std::int64_t max_length);
  // What BullMQ 4 left there. False when it did not.
  base::Task<bool> remove_deprecated_priority_key();

  const std::string& name() const { return backend_->keys.queue; }
  redis::Client& client() { return *client_; }
  const std::shared_ptr<Backend>& backend() const { return backend_; }

 private:
  base::Task<bool> remove_key(std::string key);
  base::Task<> move_all_to_wait(JobState from, std::int64_t count, std::optional<base::Timestamp> until);

  std::unique_ptr<redis::Client> client_;
  const QueueOptions options_;
  std::shared_ptr<Backend> backend_;
  PackedOptions packed_;
};

}  // namespace watchbill::bullmq
