// A job: what it is, and what can be done with it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "bullmq/backend.h"
#include "bullmq/error.h"
#include "bullmq/job_record.h"
#include "bullmq/job_signal.h"

namespace watchbill::bullmq {

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

  // Decoded at the first call. Throws Json::exception for data that is not JSON.
  const Json& data() const;

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
