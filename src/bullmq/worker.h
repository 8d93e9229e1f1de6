// Runs the jobs of a queue.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>

#include "base/event.h"
#include "base/service.h"
#include "base/task_group.h"
#include "bullmq/fetch_plan.h"
#include "bullmq/job.h"
#include "bullmq/lock_book.h"
#include "bullmq/repeat_plan.h"
#include "bullmq/retry_plan.h"

namespace watchbill::bullmq {

struct WorkerOptions {
  std::string prefix = "bull";
  std::string name;  // shown by bull-board, and written to the jobs ("processedBy")
  int concurrency = 1;
  base::Millis lock_duration{30000};
  base::Millis lock_renew_time{0};  // 0: half the duration
  base::Millis stalled_interval{30000};
  int max_stalled_count = 1;       // a job that stalls more often fails
  int max_started_attempts = 0;    // a job that was started more often fails; 0: no bound
  base::Millis drain_delay{5000};  // an empty queue is looked at that often, markers apart
  std::optional<Limiter> limiter{};
  base::Millis max_rate_limit_delay{30000};
  std::optional<Retention> remove_on_complete{};  // of jobs whose options say nothing
  std::optional<Retention> remove_on_fail{};
  std::int64_t max_metrics_data_points = 0;
  std::size_t max_data_bytes = 16u << 20;  // larger jobs fail
  base::Millis retry_delay{1000};          // after an error of Redis that is not the connection's
  base::Millis close_grace{30000};         // how long stop() waits for running jobs before it gives them back
  base::Millis stuck_after{60000};         // see health()
  BackoffStrategy backoff_strategy{};
  RepeatStrategy repeat_strategy{};  // of job schedulers' patterns; empty: cron
  bool skip_stalled_check = false;
  bool skip_lock_renewal = false;

  // Throws std::invalid_argument.
  void validate() const;
};

// Called on the reactor thread. Each may be left empty. What they throw is logged. The job of `completed` and
// `failed` counts the attempt that ended.
struct WorkerEvents {
  std::function<void(const Job&)> active;
  std::function<void(const Job&, const Json& return_value)> completed;
  std::function<void(const Job&, const std::string& reason, bool will_retry)> failed;
  std::function<void(const std::string& job_id)> stalled;    // found without a lock and put back
  std::function<void(const std::string& job_id)> lock_lost;  // of a job of ours; its result is not recorded
  std::function<void()> drained;
  std::function<void(const std::string& what)> error;
};

struct WorkerStats {
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;  // for good
  std::uint64_t retried = 0;
  std::uint64_t lock_lost = 0;
  std::uint64_t ghosts = 0;     // ids without a job, removed
  std::uint64_t recovered = 0;  // jobs handed out in a reply that was lost, put back
  int active = 0;
};

struct WorkerHealth {
  bool healthy = true;
  std::string problem;  // one line
};

// Reactor thread only. Waits for Redis as long as it takes: no job fails because Redis is away.
class Worker final : public base::Service {
 public:
  // Its value becomes the job's return value. An exception fails the attempt: UnrecoverableError for good;
  // see error.h for the others. It must not block the thread.
  using Processor = std::function<base::Task<Json>(Job&)>;

  // Makes its own connections: one for commands, one for waiting. Without a processor it runs nothing by
  // itself: see get_next_job(). Throws std::invalid_argument for bad options.
  Worker(base::asio::any_io_executor executor, const base::Clock& clock, redis::Options server,
         std::string queue, Processor processor, WorkerOptions options = {}, WorkerEvents events = {});
  ~Worker() override;

  // Returns before the first job is asked for, also when Redis is away.
  base::Task<> start() override;
  // close() with the grace of the options.
  base::Task<> stop() override;

  // No more jobs are taken; those that run have `grace` to end. What does not is told by its signal,
  // cancelled, and put back into the queue, which takes two seconds at most, whatever Redis does. A processor
  // that ignores both signal and cancellation is still waited for.
  base::Task<> close(base::Millis grace);

  // Takes no more jobs until resume(). Jobs that run go on.
  void pause();
  void resume();
  bool is_paused() const { return paused_; }
  void set_concurrency(int concurrency);

  // Raises the signal of a running job; false when it does not run here.
  bool cancel_job(const std::string& job_id, const std::string& reason);
  void cancel_all_jobs(const std::string& reason);

  // For programs that run jobs by themselves: a job locked with `token`, which they settle by
  // Job::move_to_completed() and the like, and whose lock they extend. Nothing when there is none, after
  // waiting for `drain_delay` if `block`. Throws redis::Error; std::invalid_argument for a token that locks
  // nothing.
  base::Task<std::optional<Job>> get_next_job(std::string token, bool block = true);

  WorkerStats stats() const;
  // Unhealthy: a connection is missing, the server is unfit, or jobs wait (or delayed ones are due) that
  // nothing holds back (pause, rate limit, global concurrency), and none has finished for `stuck_after`.
  base::Task<WorkerHealth> health();

  redis::Client& client() { return *client_; }
  const std::shared_ptr<Backend>& backend() const { return backend_; }

 private:
  enum class OutcomeKind { completed, failed, moved, rate_limited, abandoned };
  struct Outcome;
  struct Slot;

  void spawn(const char* name, base::Task<> (Worker::*loop)());
  base::Task<> keep_going(base::Task<> (Worker::*loop)());

  // worker_fetch.cpp
  base::Task<> fetch_jobs();
  base::Task<bool> is_server_fit();
  base::Task<> fetch_one();
  base::Task<std::unique_ptr<JobRecord>> ask_for_job(std::string token);
  void heard(const Fetched& fetched, std::uint64_t asked);
  base::Task<> watch_marker();
  base::Task<> read_marker(base::Millis block);

  // worker_run.cpp
  base::Task<> work(std::unique_ptr<JobRecord> first, std::string token);
  base::Task<> give_back(const JobRecord& record, const std::string& token);
  base::Task<std::unique_ptr<JobRecord>> process(std::unique_ptr<JobRecord> record, Slot& slot);
  base::Task<bool> schedule_next_of(const Job& job);
  std::optional<Outcome> refuse_to_run(Job& job) const;
  base::Task<Outcome> run_processor(Job& job);
  void decide(const Job& job, Outcome& outcome);
  base::Task<std::unique_ptr<JobRecord>> settle(Job& job, Outcome& outcome, Slot& slot);
  bool fail_instead(const Refused& refused, const Job& job, Outcome& outcome);
  base::Task<> end_refused(Job& job, const Outcome& outcome, Slot& slot, Refused refused, bool unsure);
  base::Task<bool> was_recorded(const Job& job, OutcomeKind kind);
  base::Task<std::optional<Fetched>> settle_once(Job& job, const Outcome& outcome, Slot& slot,
                                                 bool fetch_next);
  base::Task<std::optional<Fetched>> finish_job(Job& job, Finish finish, Slot& slot);
  base::Task<std::optional<Fetched>> settle_failure(Job& job, const Outcome& outcome, Slot& slot,
                                                    bool fetch_next);
  base::Task<std::optional<Fetched>> let_go(Job& job, OutcomeKind kind);
  void tell(Job& job, const Outcome& outcome);
  void disown_former(const Slot& present);
  void disown(Slot& slot, const std::string& why);

  // worker_keep.cpp
  base::Task<> renew_locks();
  base::Task<> check_stalled();
  void orphan(const std::string& token);
  base::Task<> recover_orphans();
  base::Task<> put_orphans_back(const std::set<std::string>& tokens);
  base::Task<std::int64_t> count_due_jobs();

  // worker_close.cpp
  base::Task<> wait_for_slots(base::Monotonic deadline);
  base::Task<> give_back_running();
  base::Task<> give_back_held();
  base::Task<> leave_nothing_behind(bool held_marker);

  Retention retention(const Job& job, FinishedAs as) const;
  FetchTerms terms(const std::string& token) const;
  std::string new_token();
  void report(const std::string& what);
  base::Task<> sleep(base::Millis time);
  base::Task<> pause_for(base::Millis time);
  base::Timestamp now() const { return clock_.now(); }

  base::asio::any_io_executor executor_;
  const base::Clock& clock_;
  const redis::Options server_;
  const WorkerOptions options_;
  const WorkerEvents events_;
  const Processor processor_;
  std::unique_ptr<redis::Client> client_;
  std::unique_ptr<redis::Client> blocking_;
  std::shared_ptr<Backend> backend_;

  FetchPlan plan_;
  LockBook locks_;
  std::list<Slot> slots_;
  WorkerStats stats_;
  std::string unfit_;
  base::Monotonic last_progress_;
  const std::string id_;
  std::uint64_t tokens_ = 0;
  std::minstd_rand random_{std::random_device{}()};
  std::set<std::string> orphaned_tokens_;  // of fetches whose reply was lost

  bool started_ = false;
  bool paused_ = false;
  bool closing_ = false;
  bool abandoning_ = false;  // what still runs is being given back
  bool wants_marker_ = false;
  bool holds_marker_ = false;  // a read of the marker is under way, which may take it
  base::Event changed_;        // of the plan, or of the above
  base::Event slot_ended_;
  base::TaskGroup jobs_;
  base::TaskGroup tasks_;
};

}  // namespace watchbill::bullmq
