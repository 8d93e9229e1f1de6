#include "queue/in_process.h"

#include "base/id.h"

namespace watchbill::queue {

using base::Task;

namespace {

// As many as BullmqQueue has Redis keep.
constexpr std::size_t kCompletedKept = 500;
constexpr std::size_t kFailedKept = 200;

}  // namespace

InProcessQueue::InProcessQueue(base::asio::any_io_executor executor, const base::Clock& clock,
                               InProcessOptions options)
    : clock_(clock), options_(options), work_(executor), delayed_changed_(executor), tasks_(executor) {}

Task<> InProcessQueue::start() {
  tasks_.spawn("delayed jobs", promote_delayed());
  co_return;
}

Task<> InProcessQueue::stop() {
  stop_taking();
  tasks_.cancel();
  co_await tasks_.join();
}

Task<> InProcessQueue::add(std::vector<RoundJob> jobs) {
  for (auto& job : jobs) {
    // Without a fence there is no claim to name the job after.
    auto id = job.fence ? job_id(job.user_id, *job.fence) : base::new_id();
    const auto [known, added] = jobs_.try_emplace(std::move(id), Known{std::move(job), clock_.now()});
    if (added) waiting_.push_back(known->first);
  }
  work_.notify();
  co_return;
}

Task<std::vector<Delivery>> InProcessQueue::take(std::size_t limit) {
  std::vector<Delivery> taken;
  while (taken.empty() && !is_taking_over_) {
    while ((waiting_.empty() || paused_) && !is_taking_over_) co_await work_.wait();
    if (!is_taking_over_) move_waiting(taken, limit);
  }
  co_return taken;
}

void InProcessQueue::stop_taking() {
  is_taking_over_ = true;
  work_.notify();
}

void InProcessQueue::move_waiting(std::vector<Delivery>& taken, std::size_t limit) {
  while (taken.size() < limit && !waiting_.empty()) {
    auto& known = *jobs_.find(waiting_.front());
    known.second.started_at = clock_.now();
    known.second.is_active = true;
    taken.push_back({known.first, known.second.job, known.second.attempt});
    waiting_.pop_front();
  }
}

Task<> InProcessQueue::settle(std::vector<Settlement> settlements) {
  for (const auto& settlement : settlements) settle_one(settlement);
  co_return;
}

void InProcessQueue::settle_one(const Settlement& settlement) {
  const auto known = jobs_.find(settlement.id);
  if (known == jobs_.end()) return;
  known->second.is_active = false;
  bool has_failed = settlement.kind == Settlement::Kind::failed;
  if (settlement.kind == Settlement::Kind::returned)
    return delay(settlement.id, settlement.delay.value_or(options_.return_delay));
  if (settlement.kind == Settlement::Kind::given_back) {
    waiting_.push_front(settlement.id);
    return work_.notify();
  }
  if (settlement.kind == Settlement::Kind::retry) {
    known->second.reason = settlement.note;
    if (known->second.attempt < options_.attempts)
      return delay(settlement.id, options_.backoff * (1 << (known->second.attempt++ - 1)));
    has_failed = true;
  }
  Ended ended{.id = known->first,
              .known = std::move(known->second),
              .at = clock_.now(),
              .was_dropped = settlement.kind == Settlement::Kind::dropped};
  ended.known.reason = has_failed ? settlement.note : "";
  jobs_.erase(known);
  if (has_failed)
    keep_failed(std::move(ended));
  else
    keep_completed(std::move(ended));
}

void InProcessQueue::keep_completed(Ended ended) {
  ++finished_.completed;
  if (ended.was_dropped) ++finished_.dropped;
  completed_.push_front(std::move(ended));
  if (completed_.size() > kCompletedKept) completed_.pop_back();
}

void InProcessQueue::keep_failed(Ended ended) {
  ++finished_.failed;
  failed_.push_front(std::move(ended));
  if (failed_.size() > kFailedKept) failed_.pop_back();
}

void InProcessQueue::delay(const std::string& id, base::Millis by) {
  delayed_.emplace(clock_.monotonic_now() + by, id);
  delayed_changed_.notify();
}

Task<> InProcessQueue::promote_delayed() {
  for (;;) {
    while (!delayed_.empty() && delayed_.begin()->first <= clock_.monotonic_now()) {
      waiting_.push_back(std::move(delayed_.begin()->second));
      delayed_.erase(delayed_.begin());
      work_.notify();
    }
    if (delayed_.empty())
      co_await delayed_changed_.wait();
    else
      co_await delayed_changed_.wait_until(delayed_.begin()->first);
  }
}

Task<domain::QueueCounts> InProcessQueue::counts() {
  auto counts = finished_;
  counts.finished = counts.completed + counts.failed;
  counts.waiting = static_cast<std::int64_t>(waiting_.size());
  counts.delayed = static_cast<std::int64_t>(delayed_.size());
  counts.active = static_cast<std::int64_t>(jobs_.size()) - counts.waiting - counts.delayed;
  co_return counts;
}

Task<std::vector<bool>> InProcessQueue::knows(std::vector<std::string> ids) {
  std::vector<bool> known;
  for (const auto& id : ids) known.push_back(jobs_.contains(id));
  co_return known;
}

}  // namespace watchbill::queue
