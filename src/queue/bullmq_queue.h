// The queue of many processes: BullMQ on Redis, in the layout that Node producers, Node workers and
// bull-board know.
#pragma once

#include <deque>
#include <memory>
#include <unordered_map>

#include "base/task_group.h"
#include "bullmq/queue.h"
#include "bullmq/worker.h"
#include "queue/administration.h"
#include "queue/queue.h"

namespace watchbill::queue {

struct BullmqQueueOptions {
  redis::Options server;
  std::string name = "monitor-user-tasks";
  std::string worker_name;      // shown by bull-board
  std::size_t concurrency = 2;  // jobs that are fetched ahead of take(), at most
  base::Millis lock_duration{30000};
  int attempts = 2;
  base::Millis backoff{5000};       // doubles with each attempt
  base::Millis return_delay{1000};  // of jobs that could not be tried
};

// A process that never takes needs no worker, and has none.
class BullmqQueue final : public Queue, public Administration {
 public:
  BullmqQueue(base::asio::any_io_executor executor, const base::Clock& clock, BullmqQueueOptions options);
  ~BullmqQueue() override;

  // Returns at once; whether the server is fit for a queue is found out meanwhile.
  base::Task<> start() override;
  // What was taken and not settled, and what was fetched and not taken, goes back into the queue.
  base::Task<> stop() override;
  base::Task<> add(std::vector<RoundJob> jobs) override;
  base::Task<std::vector<Delivery>> take(std::size_t limit) override;
  void stop_taking() override;
  base::Task<> settle(std::vector<Settlement> settlements) override;
  base::Task<domain::QueueCounts> counts() override;
  base::Task<std::vector<bool>> knows(std::vector<std::string> ids) override;

  struct Health {
    std::string generation;  // changes when jobs may have been lost: emptied, started again or replaced
    bool is_paused = false;
  };
  // Throws Unavailable when the server does not take commands that write, within `time`.
  base::Task<Health> check(base::Millis time);

  // bullmq_administration.cpp
  std::string_view engine() const override { return "bullmq"; }
  base::Task<bool> is_paused() override;
  base::Task<std::optional<std::vector<Consumer>>> consumers() override;
  base::Task<JobPage> jobs(JobState state, std::size_t first, std::size_t limit) override;
  base::Task<> pause() override;
  base::Task<> resume() override;
  base::Task<std::int64_t> retry_failed() override;
  base::Task<std::int64_t> clean(JobState state, base::Millis older_than) override;

 private:
  // In the queue's meta, which goes when the queue goes.
  static constexpr const char* kGeneration = "watchbill.generation";

  struct Held;  // a job in this process, from its fetch to its settlement

  bullmq::JobOptions options_of(const RoundJob& job) const;
  base::Task<> disown_generation();
  base::Task<> add_due_times(std::vector<ListedJob>& delayed);
  base::Task<> introduce();
  base::Task<> start_worker();
  base::Task<bullmq::Json> hold(bullmq::Job& job);
  base::Task<bullmq::Json> carry_out(bullmq::Job& job, Settlement settlement);
  base::Task<> put_back(bullmq::Job& job);
  base::Task<> move_to_delayed(bullmq::Job& job, base::Millis delay);
  base::Task<> sleep(base::Millis time);
  void release(const std::string& id, const std::shared_ptr<Held>& held);
  void forget_ready(const std::string& id);
  void adjust_concurrency(std::size_t demand);

  base::asio::any_io_executor executor_;
  const base::Clock& clock_;
  const BullmqQueueOptions options_;
  bullmq::Queue queue_;
  std::unique_ptr<bullmq::Worker> worker_;
  std::unordered_map<std::string, std::shared_ptr<Held>> held_;
  std::deque<Delivery> ready_;  // fetched, not taken
  std::int64_t dropped_ = 0;    // by this process
  bool is_taking_over_ = false;
  std::string unfit_;  // why jobs cannot be given to this server; empty when they can
  base::Event work_;
  base::TaskGroup tasks_;
};

}  // namespace watchbill::queue
