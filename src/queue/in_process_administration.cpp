// What operators see of the queue in the process, and do with it.
#include <algorithm>
#include <stdexcept>

#include "queue/in_process.h"

namespace watchbill::queue {

using base::Task;

namespace {

template <class Jobs, class View>
JobPage page_of(const Jobs& jobs, std::size_t first, std::size_t limit, View view) {
  JobPage page;
  if (first >= jobs.size()) return page;
  auto next = std::next(jobs.begin(), static_cast<std::ptrdiff_t>(first));
  for (; next != jobs.end() && page.jobs.size() < limit; ++next) page.jobs.push_back(view(*next));
  page.more = next != jobs.end();
  return page;
}

}  // namespace

ListedJob InProcessQueue::listed(const std::string& id, const Known& known) {
  return {.id = id,
          .user_id = known.job.user_id,
          .user_email = known.job.user_email,
          .attempts = known.attempt - 1,
          .reason = known.reason,
          .added_at = known.added_at,
          .started_at = known.started_at};
}

ListedJob InProcessQueue::listed(const Ended& ended) {
  auto job = listed(ended.id, ended.known);
  ++job.attempts;
  job.finished_at = ended.at;
  return job;
}

ListedJob InProcessQueue::listed(base::Monotonic due, const std::string& id) const {
  auto job = listed(id, jobs_.at(id));
  job.due_at = clock_.now() + std::chrono::ceil<base::Millis>(due - clock_.monotonic_now());
  return job;
}

std::vector<std::string> InProcessQueue::active_ones() const {
  std::vector<std::pair<base::Timestamp, std::string>> active;
  for (const auto& [id, known] : jobs_)
    if (known.is_active) active.emplace_back(known.started_at.value_or(known.added_at), id);
  std::ranges::sort(active, std::greater<>());
  std::vector<std::string> ids;
  for (auto& [at, id] : active) ids.push_back(std::move(id));
  return ids;
}

Task<JobPage> InProcessQueue::jobs(JobState state, std::size_t first, std::size_t limit) {
  const auto by_id = [this](const std::string& id) { return listed(id, jobs_.at(id)); };
  const auto by_due = [this](const auto& entry) { return listed(entry.first, entry.second); };
  const auto by_end = [](const Ended& ended) { return listed(ended); };
  switch (state) {
    case JobState::waiting:
      co_return page_of(waiting_, first, limit, by_id);
    case JobState::active:
      co_return page_of(active_ones(), first, limit, by_id);
    case JobState::delayed:
      co_return page_of(delayed_, first, limit, by_due);
    case JobState::failed:
      co_return page_of(failed_, first, limit, by_end);
    case JobState::completed:
      break;
  }
  co_return page_of(completed_, first, limit, by_end);
}

Task<> InProcessQueue::pause() {
  paused_ = true;
  co_return;
}

Task<> InProcessQueue::resume() {
  paused_ = false;
  work_.notify();
  co_return;
}

Task<std::int64_t> InProcessQueue::retry_failed() {
  std::int64_t moved = 0;
  for (auto ended = failed_.rbegin(); ended != failed_.rend(); ++ended) {
    ended->known.attempt = 1;
    ended->known.reason.clear();
    const auto [known, added] = jobs_.try_emplace(std::move(ended->id), std::move(ended->known));
    if (!added) continue;
    waiting_.push_back(known->first);
    ++moved;
  }
  failed_.clear();
  finished_.failed = 0;
  work_.notify();
  co_return moved;
}

Task<std::int64_t> InProcessQueue::clean(JobState state, base::Millis older_than) {
  const auto until = clock_.now() - older_than;
  std::size_t removed = 0;
  switch (state) {
    case JobState::active:
      throw std::invalid_argument("active jobs are in somebody's hands");
    case JobState::waiting:
      removed = std::erase_if(waiting_, [this, until](const auto& id) { return forget(id, until); });
      break;
    case JobState::delayed:
      removed =
          std::erase_if(delayed_, [this, until](const auto& entry) { return forget(entry.second, until); });
      break;
    case JobState::failed:
    case JobState::completed:
      co_return clean_ended(state, until);
  }
  if (removed > 0) jobs_lost_();
  co_return static_cast<std::int64_t>(removed);
}

bool InProcessQueue::forget(const std::string& id, base::Timestamp until) {
  const auto known = jobs_.find(id);
  if (known->second.added_at > until) return false;
  jobs_.erase(known);
  return true;
}

// Those that are counted and not kept any more ended before all that are.
std::int64_t InProcessQueue::clean_ended(JobState state, base::Timestamp until) {
  auto& kept = state == JobState::failed ? failed_ : completed_;
  auto& count = state == JobState::failed ? finished_.failed : finished_.completed;
  if (std::erase_if(kept, [until](const Ended& ended) { return ended.at <= until; }) == 0) return 0;
  const auto before = std::exchange(count, static_cast<std::int64_t>(kept.size()));
  if (state == JobState::completed)
    finished_.dropped = std::ranges::count_if(kept, [](const Ended& ended) { return ended.was_dropped; });
  return before - count;
}

}  // namespace watchbill::queue
