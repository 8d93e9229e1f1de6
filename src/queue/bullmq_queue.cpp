#include "queue/bullmq_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/id.h"
#include "base/log.h"
#include "queue/payload.h"

namespace watchbill::queue {

using base::Task;
using bullmq::Json;

namespace {

constexpr char kJobName[] = "monitor";
constexpr std::string_view kPrefix = "bull";
const Json kRecorded{{"recorded", true}};
// Finished jobs are for people who look: the rounds themselves are in the database.
const bullmq::KeepJobs kCompleted{.age = std::chrono::hours(24), .count = 500};
const bullmq::KeepJobs kFailed{.age = std::chrono::hours(7 * 24), .count = 200};

// Jobs a minute, for bull-board; what we ask for is the count that goes with it.
constexpr std::int64_t kMetricsMinutes = 24 * 60;
constexpr std::size_t kAskedTogether = 1000;
constexpr base::Millis kIntroduction{5000};  // until it is tried again

std::string prefix_of(const redis::Options& server) {
  return server.prefix.empty() ? std::string(kPrefix) : server.prefix;
}

bullmq::QueueOptions queue_options(const BullmqQueueOptions& options) {
  bullmq::QueueOptions queue;
  queue.prefix = prefix_of(options.server);
  return queue;
}

// A server that was started again, or another one, has another.
std::string_view run_of(std::string_view info) {
  constexpr std::string_view kName = "run_id:";
  const auto begin = info.find(kName);
  return begin == info.npos ? "" : info.substr(begin, info.find('\r', begin) - begin);
}

void warn(const std::string& what) { base::log::warning("the queue is in trouble", {{"error", what}}); }

}  // namespace

struct BullmqQueue::Held {
  explicit Held(base::asio::any_io_executor executor) : settled(std::move(executor)) {}

  std::optional<Settlement> settlement;
  bool is_taken = false;
  bool is_put_back = false;  // nobody took it
  base::Event settled;
};

BullmqQueue::BullmqQueue(base::asio::any_io_executor executor, const base::Clock& clock,
                         BullmqQueueOptions options)
    : executor_(executor),
      clock_(clock),
      options_(std::move(options)),
      queue_(executor, clock, options_.server, options_.name, queue_options(options_)),
      work_(executor),
      tasks_(executor) {}

BullmqQueue::~BullmqQueue() = default;

Task<> BullmqQueue::start() {
  co_await queue_.start();
  tasks_.spawn("introduce the queue", introduce());
}

// As Node's Queue does: it looks whether the server is fit, and says in the queue's meta who writes.
Task<> BullmqQueue::introduce() {
  for (;;) {
    try {
      co_await queue_.wait_ready(kIntroduction);
      unfit_.clear();
      co_return;
    } catch (const bullmq::UnfitServer& e) {
      if (unfit_.empty()) warn(e.what());
      unfit_ = e.what();
    } catch (const redis::Error&) {
      // told by the connection
    }
    co_await sleep(kIntroduction);
  }
}

Task<> BullmqQueue::sleep(base::Millis time) {
  base::asio::steady_timer timer(executor_, clock_.monotonic_now() + time);
  co_await timer.async_wait(base::asio::use_awaitable);
}

Task<> BullmqQueue::stop() {
  stop_taking();
  if (worker_) co_await worker_->close(base::Millis(0));
  tasks_.cancel();
  co_await queue_.stop();
  co_await tasks_.join();
}

bullmq::JobOptions BullmqQueue::options_of(const RoundJob& job) const {
  bullmq::JobOptions options;
  // Without a fence there is no claim to name the job after; and BullMQ takes no ":" in ids, which users of
  // other applications may have. The fence keeps a second job of the same claim from doing anything.
  if (job.fence && job.user_id.find(':') == job.user_id.npos)
    options.job_id = job_id(job.user_id, *job.fence);
  options.attempts = options_.attempts;
  options.backoff = bullmq::Backoff{.type = "exponential", .delay = options_.backoff};
  options.remove_on_complete = kCompleted;
  options.remove_on_fail = kFailed;
  return options;
}

Task<> BullmqQueue::add(std::vector<RoundJob> jobs) {
  if (!unfit_.empty()) throw Unavailable(unfit_, false);
  std::vector<bullmq::NewJob> added;
  added.reserve(jobs.size());
  for (const auto& job : jobs)
    added.push_back({.name = kJobName, .data = encode_payload(job), .options = options_of(job)});
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
  options.max_metrics_data_points = kMetricsMinutes;
  // What a worker that died held is not left alone for much longer than its locks last.
  options.stalled_interval = std::min(options.stalled_interval, options_.lock_duration);
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
  if (!worker_ && !is_taking_over_) co_await start_worker();
  std::vector<Delivery> taken;
  while (taken.empty() && !is_taking_over_) {
    adjust_concurrency(limit);
    while (ready_.empty() && !is_taking_over_) co_await work_.wait();
    while (!is_taking_over_ && taken.size() < limit && !ready_.empty()) {
      held_.at(ready_.front().id)->is_taken = true;
      taken.push_back(std::move(ready_.front()));
      ready_.pop_front();
    }
  }
  adjust_concurrency(0);
  co_return taken;
}

void BullmqQueue::stop_taking() {
  is_taking_over_ = true;
  if (worker_) worker_->pause();
  for (const auto& delivery : std::exchange(ready_, {})) {
    auto& held = *held_.at(delivery.id);
    held.is_put_back = true;
    held.settled.notify();
  }
  work_.notify();
}

// As many as are in hands, and as many more as are asked for.
void BullmqQueue::adjust_concurrency(std::size_t demand) {
  if (!worker_ || is_taking_over_) return;
  const auto in_hands = held_.size() - ready_.size();
  worker_->set_concurrency(static_cast<int>(std::max(options_.concurrency, in_hands + demand)));
}

// The processor: the job is handed to whoever takes it, and ends with what he says.
Task<Json> BullmqQueue::hold(bullmq::Job& job) {
  Delivery delivery{.id = job.id()};
  try {
    delivery.job = decode_payload(job.record().data);
  } catch (const std::invalid_argument& e) {
    throw bullmq::UnrecoverableError(e.what());
  }
  // A job that stalled was delivered before, though no attempt has failed.
  delivery.attempt = static_cast<int>(1 + job.record().attempts_made + job.record().stalled_counter);

  // A job that stalled may come back while its first delivery is still in hands. Then this one counts:
  // whoever settles the id first ends the job, and the fence decides whose round is recorded.
  const auto held = std::make_shared<Held>(executor_);
  held->is_put_back = is_taking_over_;
  if (!held_.insert_or_assign(job.id(), held).second) forget_ready(job.id());
  const auto let_go = [&](BullmqQueue* queue) { queue->release(job.id(), held); };
  const std::unique_ptr<BullmqQueue, decltype(let_go)> at_end(this, let_go);
  if (!held->is_put_back) ready_.push_back(std::move(delivery));
  work_.notify();
  while (!held->settlement && !held->is_put_back && !job.signal()->is_raised()) co_await held->settled.wait();
  if (held->is_put_back) co_await put_back(job);
  if (!held->settlement) throw bullmq::JobMoved();
  co_return co_await carry_out(job, std::move(*held->settlement));
}

void BullmqQueue::release(const std::string& id, const std::shared_ptr<Held>& held) {
  const auto found = held_.find(id);
  if (found == held_.end() || found->second != held) return;
  held_.erase(found);
  if (!held->is_taken) forget_ready(id);
}

void BullmqQueue::forget_ready(const std::string& id) {
  std::erase_if(ready_, [&id](const Delivery& delivery) { return delivery.id == id; });
}

Task<Json> BullmqQueue::carry_out(bullmq::Job& job, Settlement settlement) {
  switch (settlement.kind) {
    case Settlement::Kind::completed:
      co_return kRecorded;
    case Settlement::Kind::dropped:
      ++dropped_;
      co_return Json{{"recorded", false}, {"reason", "another worker has this round"}};
    case Settlement::Kind::failed:
      throw bullmq::UnrecoverableError(settlement.note);
    case Settlement::Kind::retry:
      throw std::runtime_error(settlement.note);
    case Settlement::Kind::returned:
      co_await move_to_delayed(job, settlement.delay.value_or(options_.return_delay));
      break;
    case Settlement::Kind::given_back:
      co_await put_back(job);
      break;
  }
  throw bullmq::JobMoved();
}

Task<> BullmqQueue::put_back(bullmq::Job& job) {
  try {
    co_await job.move_to_wait();
  } catch (const bullmq::Refused&) {
    // It is not ours any more.
  } catch (const redis::Error& e) {
    // Whoever finds it stalled does it.
    warn(e.what());
  }
}

// Until Redis says yes, or that the job is no longer ours: it could not be tried, and that is no attempt.
Task<> BullmqQueue::move_to_delayed(bullmq::Job& job, base::Millis delay) {
  while (!job.signal()->is_raised()) {
    try {
      co_await job.move_to_delayed(clock_.now() + delay);
      co_return;
    } catch (const bullmq::Refused&) {
      co_return;
    } catch (const redis::Error& e) {
      warn(e.what());
    }
    co_await sleep(options_.return_delay);
  }
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

Task<BullmqQueue::Health> BullmqQueue::check(base::Millis time) {
  if (!unfit_.empty()) throw Unavailable(unfit_, false);
  auto& client = queue_.backend()->client;
  const auto& meta = queue_.backend()->keys.meta;
  std::vector<redis::Command> commands;
  // A server that is full or a replica refuses this, whether or not the field is there.
  commands.emplace_back("HSETNX", meta, kGeneration, base::new_id());
  commands.emplace_back("HGET", meta, kGeneration);
  commands.emplace_back("INFO", "server").route_by(meta);
  commands.emplace_back("HEXISTS", meta, "paused");
  try {
    const auto replies = co_await client.call_together(commands, client.within(time));
    for (const auto& reply : replies)
      if (const auto value = reply.value(); value.is_error())
        throw Unavailable(std::string(value.text()), false);
    co_return Health{fmt::format("{} {}", replies[1].value().text(), run_of(replies[2].value().text())),
                     replies[3].value().integer() > 0};
  } catch (const redis::Error& e) {
    throw Unavailable(e.what(), false);
  }
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
  commands.emplace_back("HGET", keys.metrics_completed, "count");
  commands.emplace_back("HGET", keys.metrics_failed, "count");
  try {
    const auto replies = co_await queue_.backend()->ask_together(std::move(commands));
    const auto number = [&replies](std::size_t at) { return replies[at].value().integer(); };
    co_return domain::QueueCounts{.waiting = number(0) + number(1),
                                  .active = number(2),
                                  .completed = number(3),
                                  .failed = number(4),
                                  .delayed = number(5),
                                  .finished = number(6) + number(7),
                                  .dropped = dropped_};
  } catch (const redis::Error& e) {
    throw Unavailable(e.what(), false);
  }
}

Task<std::vector<bool>> BullmqQueue::knows(std::vector<std::string> ids) {
  const auto& keys = queue_.backend()->keys;
  std::vector<bool> known;
  try {
    while (known.size() < ids.size()) {
      std::vector<redis::Command> commands;
      const auto end = std::min(ids.size(), known.size() + kAskedTogether);
      for (auto at = known.size(); at < end; ++at) commands.emplace_back("EXISTS", keys.job(ids[at]));
      const auto replies = co_await queue_.backend()->ask_together(std::move(commands));
      // A job whose id BullMQ does not take has one that nobody can ask for: see options_of().
      for (const auto& reply : replies)
        known.push_back(reply.value().integer() > 0 || ids[known.size()].find(':') != std::string::npos);
    }
  } catch (const redis::Error& e) {
    throw Unavailable(e.what(), false);
  }
  co_return known;
}

}  // namespace watchbill::queue
