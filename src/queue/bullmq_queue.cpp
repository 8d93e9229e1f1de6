#include "queue/bullmq_queue.h"

#include <algorithm>

#include "base/log.h"
#include "queue/payload.h"

namespace watchbill::queue {

using base::Task;
using bullmq::Json;

namespace {

constexpr char kJobName[] = "monitor";
constexpr std::string_view kPrefix = "bull";
// Finished jobs are for people who look: the rounds themselves are in the database.
const bullmq::KeepJobs kCompleted{.age = std::chrono::hours(24), .count = 500};
const bullmq::KeepJobs kFailed{.age = std::chrono::hours(7 * 24), .count = 200};

std::string prefix_of(const redis::Options& server) {
  return server.prefix.empty() ? std::string(kPrefix) : server.prefix;
}

bullmq::QueueOptions queue_options(const BullmqQueueOptions& options) {
  bullmq::QueueOptions queue;
  queue.prefix = prefix_of(options.server);
  return queue;
}

void warn(const std::string& what) { base::log::warning("the queue is in trouble", {{"error", what}}); }

}  // namespace

struct BullmqQueue::Held {
  explicit Held(base::asio::any_io_executor executor) : settled(std::move(executor)) {}

  std::optional<Settlement> settlement;
  base::Event settled;
};

BullmqQueue::BullmqQueue(base::asio::any_io_executor executor, const base::Clock& clock,
                         BullmqQueueOptions options)
    : executor_(executor),
      clock_(clock),
      options_(std::move(options)),
      queue_(executor, clock, options_.server, options_.name, queue_options(options_)),
      work_(executor) {}

BullmqQueue::~BullmqQueue() = default;

Task<> BullmqQueue::start() { return queue_.start(); }

Task<> BullmqQueue::stop() {
  stopping_ = true;
  work_.notify();
  if (worker_) co_await worker_->close(base::Millis(0));
  co_await queue_.stop();
}

bullmq::JobOptions BullmqQueue::options_of(const RoundJob& job) const {
  bullmq::JobOptions options;
  // Without a fence there is no claim to name the job after.
  if (job.fence) options.job_id = job_id(job.user_id, *job.fence);
  options.attempts = options_.attempts;
  options.backoff = bullmq::Backoff{.type = "exponential", .delay = options_.backoff};
  options.remove_on_complete = kCompleted;
  options.remove_on_fail = kFailed;
  return options;
}

Task<> BullmqQueue::add(std::vector<RoundJob> jobs) {
  std::vector<bullmq::NewJob> added;
  added.reserve(jobs.size());
  for (const auto& job : jobs)
    added.push_back(
        {.name = kJobName, .data = bullmq::to_text(encode_payload(job)), .options = options_of(job)});
  try {
    co_await queue_.add_many(std::move(added));
  } catch (const redis::Error& e) {
    throw Unavailable(e.what(), e.may_have_run());
  }
}

Task<> BullmqQueue::start_worker() {
  bullmq::WorkerOptions options;
  options.prefix = prefix_of(options_.server);
  options.name = options_.worker_name;
  options.concurrency = static_cast<int>(options_.concurrency);
  options.lock_duration = options_.lock_duration;
  bullmq::WorkerEvents events;
  events.error = warn;
  // The runner goes on, and finds at its finish whether it still has authority.
  events.lock_lost = [this](const std::string& id) {
    if (const auto held = held_.find(id); held != held_.end()) held->second->settled.notify();
  };
  worker_ = std::make_unique<bullmq::Worker>(
      executor_, clock_, options_.server, options_.name, [this](bullmq::Job& job) { return hold(job); },
      std::move(options), std::move(events));
  co_await worker_->start();
}

Task<std::vector<Delivery>> BullmqQueue::take(std::size_t limit) {
  if (!worker_ && !stopping_) co_await start_worker();
  std::vector<Delivery> taken;
  while (taken.empty() && !stopping_) {
    adjust_concurrency(limit);
    while (ready_.empty() && !stopping_) co_await work_.wait();
    while (!stopping_ && taken.size() < limit && !ready_.empty()) {
      taken.push_back(std::move(ready_.front()));
      ready_.pop_front();
    }
  }
  adjust_concurrency(0);
  co_return taken;
}

// As many as are in hands, and as many more as are asked for.
void BullmqQueue::adjust_concurrency(std::size_t demand) {
  if (!worker_ || stopping_) return;
  const auto in_hands = held_.size() - ready_.size();
  worker_->set_concurrency(static_cast<int>(std::max(options_.concurrency, in_hands + demand)));
}

// The processor: the job is handed to whoever takes it, and ends with what he says.
Task<Json> BullmqQueue::hold(bullmq::Job& job) {
  Delivery delivery{.id = job.id()};
  try {
    delivery.job = decode_payload(job.data());
  } catch (const std::invalid_argument& e) {
    throw bullmq::UnrecoverableError(e.what());
  }
  // A job that stalled was delivered before, though no attempt has failed.
  delivery.attempt = static_cast<int>(1 + job.record().attempts_made + job.record().stalled_counter);

  // A job that stalled may come back while its first delivery is still in hands: each has its own.
  const auto held = std::make_shared<Held>(executor_);
  held_[job.id()] = held;
  const std::shared_ptr<void> at_end(nullptr, [this, id = job.id(), held](void*) { release(id, held); });
  ready_.push_back(std::move(delivery));
  work_.notify();
  while (!held->settlement && !job.signal()->is_raised()) co_await held->settled.wait();
  if (!held->settlement) throw bullmq::JobMoved();
  co_return co_await carry_out(job, std::move(*held->settlement));
}

void BullmqQueue::release(const std::string& id, const std::shared_ptr<Held>& held) {
  const auto found = held_.find(id);
  if (found == held_.end() || found->second != held) return;
  held_.erase(found);
  std::erase_if(ready_, [&id](const Delivery& delivery) { return delivery.id == id; });
}

Task<Json> BullmqQueue::carry_out(bullmq::Job& job, Settlement settlement) {
  switch (settlement.kind) {
    case Settlement::Kind::completed:
      co_return Json{{"recorded", true}};
    case Settlement::Kind::dropped:
      ++dropped_;
      co_return Json{{"recorded", false}, {"reason", "another worker has this round"}};
    case Settlement::Kind::failed:
      throw bullmq::UnrecoverableError(settlement.note);
    case Settlement::Kind::retry:
      throw std::runtime_error(settlement.note);
    case Settlement::Kind::returned:
      break;
  }
  co_await job.move_to_delayed(clock_.now() + options_.return_delay);
  throw bullmq::JobMoved();
}

Task<> BullmqQueue::settle(std::vector<Settlement> settlements) {
  for (auto& settlement : settlements) {
    const auto found = held_.find(settlement.id);
    if (found == held_.end() || found->second->settlement) continue;
    found->second->settlement = std::move(settlement);
    found->second->settled.notify();
  }
  co_return;
}

Task<domain::QueueCounts> BullmqQueue::counts() {
  const auto& keys = queue_.backend()->keys;
  std::vector<redis::Command> commands;
  commands.emplace_back("LLEN", keys.wait);
  commands.emplace_back("ZCARD", keys.prioritized);
  commands.emplace_back("LLEN", keys.active);
  commands.emplace_back("ZCARD", keys.completed);
  commands.emplace_back("ZCARD", keys.failed);
  commands.emplace_back("ZCARD", keys.delayed);
  try {
    const auto replies = co_await queue_.client().call_together(commands);
    const auto number = [&replies](std::size_t at) { return replies[at].value().integer(); };
    co_return domain::QueueCounts{.waiting = number(0) + number(1),
                                  .active = number(2),
                                  .completed = number(3),
                                  .failed = number(4),
                                  .delayed = number(5),
                                  .dropped = dropped_};
  } catch (const redis::Error& e) {
    throw Unavailable(e.what(), false);
  }
}

}  // namespace watchbill::queue
