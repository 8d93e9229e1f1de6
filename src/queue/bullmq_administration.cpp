// What operators see of the queue on Redis, and do with it.
#include <stdexcept>

#include "queue/bullmq_queue.h"
#include "queue/payload.h"

namespace watchbill::queue {

using base::Task;

namespace {

// The score of a delayed job holds its time in the bits above these.
constexpr std::int64_t kOrderBits = 0x1000;

// What is counted as waiting; jobs with a priority are another dispatcher's, and come after those without.
std::vector<bullmq::JobState> states_of(JobState state) {
  switch (state) {
    case JobState::waiting:
      return {bullmq::JobState::waiting, bullmq::JobState::prioritized};
    case JobState::active:
      return {bullmq::JobState::active};
    case JobState::delayed:
      return {bullmq::JobState::delayed};
    case JobState::failed:
      return {bullmq::JobState::failed};
    case JobState::completed:
      break;
  }
  return {bullmq::JobState::completed};
}

ListedJob listed(const bullmq::Job& job) {
  const auto& record = job.record();
  ListedJob listed{.id = record.id,
                   .attempts = static_cast<int>(record.attempts_made),
                   .reason = record.failed_reason,
                   .added_at = record.timestamp,
                   .started_at = record.processed_on,
                   .finished_at = record.finished_on};
  try {
    auto payload = decode_payload(record.data);
    listed.user_id = std::move(payload.user_id);
    listed.user_email = std::move(payload.user_email);
  } catch (const std::exception&) {
    // of another shape: it is listed without a user
  }
  return listed;
}

}  // namespace

Task<bool> BullmqQueue::is_paused() {
  try {
    co_return co_await queue_.is_paused();
  } catch (const redis::Error& e) {
    throw Unavailable(e.what(), false);
  }
}

Task<std::optional<std::vector<Consumer>>> BullmqQueue::consumers() {
  std::vector<Consumer> consumers;
  try {
    for (auto& client : co_await queue_.workers())
      consumers.push_back({std::move(client.name), std::move(client.address)});
  } catch (const redis::Error& e) {
    if (e.kind() == redis::ErrorKind::unavailable || e.kind() == redis::ErrorKind::outcome_unknown)
      throw Unavailable(e.what(), false);
    co_return std::nullopt;  // servers that others look after may keep the list of their clients to
                             // themselves
  }
  co_return consumers;
}

// The states' lists as one. Ids without a job take their place in it, though they are not shown.
Task<JobPage> BullmqQueue::jobs(JobState state, std::size_t first, std::size_t limit) {
  const bool oldest_first = state == JobState::waiting || state == JobState::delayed;
  const auto last = first + limit;
  JobPage page;
  try {
    std::size_t begin = 0;  // of one state's list
    for (const auto one : states_of(state)) {
      const auto end = begin + static_cast<std::size_t>(co_await queue_.count(one));
      const auto from = std::max(first, begin), to = std::min(last, end);
      if (from < to) {
        const bullmq::Page range{.start = static_cast<std::int64_t>(from - begin),
                                 .end = static_cast<std::int64_t>(to - begin) - 1,
                                 .ascending = oldest_first};
        for (const auto& job : co_await queue_.get_jobs(one, range))
          if (!job.record().is_ghost) page.jobs.push_back(listed(job));
      }
      begin = end;
    }
    page.more = begin > last;
    if (state == JobState::delayed) co_await add_due_times(page.jobs);
  } catch (const redis::Error& e) {
    throw Unavailable(e.what(), false);
  }
  co_return page;
}

Task<> BullmqQueue::add_due_times(std::vector<ListedJob>& delayed) {
  if (delayed.empty()) co_return;
  const auto& keys = queue_.backend()->keys;
  std::vector<redis::Command> commands;
  for (const auto& job : delayed) commands.emplace_back("ZSCORE", keys.delayed, job.id);
  const auto replies = co_await queue_.backend()->ask_together(std::move(commands));
  for (std::size_t at = 0; at < delayed.size(); ++at) {
    const auto score = static_cast<std::int64_t>(replies[at].value().number());
    if (score > 0) delayed[at].due_at = base::from_epoch_ms(score / kOrderBits);
  }
}

Task<> BullmqQueue::pause() {
  try {
    co_await queue_.pause();
  } catch (const redis::Error& e) {
    throw Unavailable(e.what(), e.may_have_run());
  }
}

Task<> BullmqQueue::resume() {
  try {
    co_await queue_.resume();
  } catch (const redis::Error& e) {
    throw Unavailable(e.what(), e.may_have_run());
  }
}

Task<std::int64_t> BullmqQueue::retry_failed() {
  try {
    const auto failed = co_await queue_.count(bullmq::JobState::failed);
    co_await queue_.retry_jobs();
    co_return failed;
  } catch (const redis::Error& e) {
    throw Unavailable(e.what(), e.may_have_run());
  }
}

// Whoever watches the queue sees another one, and lets go of the claims whose jobs are gone.
Task<> BullmqQueue::disown_generation() {
  auto& backend = *queue_.backend();
  const redis::Command forget("HDEL", backend.keys.meta, kGeneration);
  co_await backend.client.call(forget);
}

Task<std::int64_t> BullmqQueue::clean(JobState state, base::Millis older_than) {
  if (state == JobState::active) throw std::invalid_argument("active jobs are in somebody's hands");
  const auto states = states_of(state);
  std::int64_t removed = 0;
  try {
    for (const auto one : states) {
      const auto ids = co_await queue_.clean(older_than, 0, one);
      removed += static_cast<std::int64_t>(ids.size());
    }
    // Whatever was removed: an earlier call may have done it, and failed then.
    if (state == JobState::waiting || state == JobState::delayed) co_await disown_generation();
  } catch (const redis::Error& e) {
    throw Unavailable(e.what(), e.may_have_run());
  }
  co_return removed;
}

}  // namespace watchbill::queue
