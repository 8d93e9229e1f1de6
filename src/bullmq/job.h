// A job: what it is, and what can be done with it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bullmq/backend.h"
#include "bullmq/error.h"
#include "bullmq/job_messages.h"
#include "bullmq/job_record.h"
#include "bullmq/job_signal.h"

namespace watchbill::bullmq {

class QueueEvents;

// Reactor thread only. The queue's or worker's client must outlive it. All operations throw redis::Error when
// Redis cannot be asked, and Refused when the job is not there or not in the state for it.
class Job {
 public:
  Job(std::shared_ptr<Backend> backend, std::shared_ptr<JobRecord> record, std::string token = {})
      : backend_(std::move(backend)), record_(std::move(record)), token_(std::move(token)) {}
  Job(std::shared_ptr<Backend> backend, JobRecord record, std::string token = {})
      : Job(std::move(backend), std::make_shared<JobRecord>(std::move(record)), std::move(token)) {}

  const std::string& id() const { return record_->id; }
  const std::string& name() const { return record_->name; }
  const JobOptions& options() const { return *record_->options; }
  const JobRecord& record() const { return *record_; }
  JobRecord& record() { return *record_; }
  // Of the lock; empty when no worker has given it.
  const std::string& token() const { return token_; }

  // Decoded at the first call: a processor that does not look at it does not pay for it. Throws
  // UnrecoverableError for data that is not JSON, which ends the job.
  const Json& data() const;

  // As the record says; nothing when there is none, or it is not JSON.
  std::optional<Json> return_value() const;
  std::optional<Json> progress() const;
  // Of the attempts that failed, the last one last.
  std::vector<std::string> stack_trace() const;

  // To be looked at by processors that run long: raised when the lock is lost, the job is cancelled, or the
  // worker closes without waiting. Absent outside a processor.
  JobSignal* signal() const { return signal_; }
  void set_signal(JobSignal* signal) { signal_ = signal; }

  // --- While it runs
  base::Task<> update_progress(Json progress);
  // The number of lines so far. Keeps the last `keep_logs` of the options.
  base::Task<std::int64_t> log(std::string line);
  base::Task<> update_data(Json data);
  base::Task<> extend_lock(base::Millis duration);

  // --- Moved by the processor itself, which throws JobMoved afterwards
  base::Task<> move_to_delayed(base::Timestamp until);
  base::Task<> move_to_wait();
  // False when no child is left to wait for.
  base::Task<bool> move_to_waiting_children();

  // --- From outside (job_control.cpp)
  // `unknown` when it is not there (any more).
  base::Task<JobState> state();
  base::Task<bool> is_in_state(JobState state);
  // Of a job that ended in `from`, failed or completed: it waits again.
  base::Task<> retry(JobState from = JobState::failed, Reset reset = {});
  // Refused (lock_mismatch) while a worker has it or, with `remove_children`, a child of it.
  base::Task<> remove(bool remove_children = true);
  // Of a delayed job: it starts as soon as may be.
  base::Task<> promote();
  // Of a delayed job: from now on.
  base::Task<> change_delay(base::Millis delay);
  // 0: none. `lifo`: before all of the same priority.
  base::Task<> change_priority(std::uint32_t priority, bool lifo = false);
  // Keeps the last `keep` lines.
  base::Task<> clear_logs(std::int64_t keep = 0);
  // Lets others with its deduplication id come in. False when it was not (any more) the one that kept them
  // out.
  base::Task<bool> remove_deduplication_key();
  // How it ended; nothing when it has not after `patience`. Hears of it through `events`, which must have
  // been started, listen to the same queue, and live until then. Refused when there is no such job (any
  // more); redis::Error when `events` is stopped.
  base::Task<std::optional<FinishedJob>> wait_until_finished(QueueEvents& events,
                                                             base::Millis patience = base::Millis::max());

  // --- Its children and its parent, in a flow (job_family.cpp)
  base::Task<std::map<std::string, Json>> children_values();
  // Of children whose failure is ignored (ignore_dependency_on_failure).
  base::Task<std::map<std::string, std::string>> ignored_children_failures();
  base::Task<Dependencies> dependencies();
  // By portions: sets the cursors of `portions`, which must live until then, to where to go on.
  base::Task<Dependencies> dependencies(DependencyPortions& portions);
  base::Task<DependencyCounts> dependency_counts();
  // Of a child that is not finished: its parent no longer waits for it. False when it did not.
  base::Task<bool> remove_child_dependency();
  // Removes the children that are neither finished nor in a worker's hands.
  base::Task<> remove_unprocessed_children();

  // --- By hand, with the token of get_next_job()
  base::Task<> move_to_completed(Json return_value);
  base::Task<> move_to_failed(std::string reason);

 private:
  std::shared_ptr<Backend> backend_;
  std::shared_ptr<JobRecord> record_;  // shared by copies of this job
  std::string token_;
  JobSignal* signal_ = nullptr;
  mutable std::optional<Json> data_;
};

}  // namespace watchbill::bullmq
