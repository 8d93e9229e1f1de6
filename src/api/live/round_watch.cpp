#include "api/live/round_watch.h"

#include <algorithm>

#include "base/log.h"

namespace watchbill::api {

using base::Task;
using domain::UserId;

namespace {

// As far as pages show it.
bool same(const domain::Schedule& a, const domain::Schedule& b) {
  return a.enabled == b.enabled && a.interval_minutes == b.interval_minutes &&
         a.next_run_at == b.next_run_at && a.last_run_at == b.last_run_at;
}

// Whose schedule is the same in all of this has had no round meanwhile.
bool untouched(const domain::Schedule& a, const domain::Schedule& b) {
  return same(a, b) && a.fence == b.fence && a.started_fence == b.started_fence &&
         a.locked_until == b.locked_until;
}

}  // namespace

RoundWatch::RoundWatch(base::asio::any_io_executor executor, store::AsyncStore& store, domain::EventBus& bus,
                       const base::Clock& clock, std::vector<std::string> own_workers)
    : store_(store),
      bus_(bus),
      clock_(clock),
      own_workers_(std::move(own_workers)),
      stop_asked_(executor),
      tasks_(executor) {}

Task<> RoundWatch::start() {
  tasks_.spawn("rounds of other processes", run());
  co_return;
}

Task<> RoundWatch::stop() {
  stopping_ = true;
  stop_asked_.notify();
  co_await tasks_.join();
}

Task<> RoundWatch::run() {
  while (!stopping_) {
    std::string failure;
    try {
      co_await look();
    } catch (const std::exception& e) {
      failure = e.what();
    }
    if (!failure.empty() && failure != failure_)
      base::log::warning("pages are not told of rounds", {{"cause", failure}});
    failure_ = failure;
    const auto next = clock_.monotonic_now() + kEvery;
    while (!stopping_ && clock_.monotonic_now() < next) co_await stop_asked_.wait_until(next);
  }
}

// One statement for all, and more of those whom something has happened to.
Task<> RoundWatch::look() {
  const auto users = bus_.listened_to();
  if (users.empty()) {
    seen_.clear();
    co_return;
  }
  auto find = [users](store::Store& store) { return store.schedules().find_all(users); };
  auto schedules = co_await store_.run(std::move(find));
  std::vector<UserId> left_alone;
  std::erase_if(schedules, [&](const domain::Schedule& schedule) {
    const auto before = seen_.find(schedule.user_id);
    if (before == seen_.end() || !untouched(before->second.schedule, schedule)) return false;
    left_alone.push_back(schedule.user_id);
    return true;
  });
  auto closer = co_await look_closer(std::move(schedules));
  Sights sights;
  for (const auto& user : left_alone) sights.insert(seen_.extract(user));
  for (auto& sight : closer) {
    const auto user = sight.schedule.user_id;
    if (const auto before = seen_.find(user); before != seen_.end()) tell(user, before->second, sight);
    sights.insert_or_assign(user, std::move(sight));
  }
  seen_ = std::move(sights);
}

Task<std::vector<RoundWatch::Sight>> RoundWatch::look_closer(std::vector<domain::Schedule> schedules) {
  if (schedules.empty()) co_return std::vector<Sight>();
  auto work = [schedules = std::move(schedules)](store::Store& store) {
    std::vector<Sight> sights;
    const auto now = store.schedules().now();
    for (const auto& schedule : schedules) {
      Sight sight{.schedule = schedule, .running = schedule.running(now)};
      auto rounds = store.monitors().rounds({.user_id = schedule.user_id, .limit = 1});
      if (!rounds.empty()) sight.last_round = std::move(rounds.front());
      sight.monitors = store.monitors().list(schedule.user_id);
      sights.push_back(std::move(sight));
    }
    return sights;
  };
  co_return co_await store_.run(std::move(work));
}

bool RoundWatch::is_own(const std::string& worker) const {
  return std::find(own_workers_.begin(), own_workers_.end(), worker) != own_workers_.end();
}

void RoundWatch::tell(const UserId& user_id, const Sight& before, const Sight& now) const {
  const auto& schedule = now.schedule;
  const bool began = now.running && schedule.started_fence != before.schedule.started_fence;
  if (began && !is_own(schedule.locked_by)) {
    const auto total = std::count_if(now.monitors.begin(), now.monitors.end(),
                                     [](const domain::Monitor& monitor) { return !monitor.paused; });
    bus_.publish({user_id, domain::RoundStarted{schedule.next_run_at, clock_.now(), static_cast<int>(total),
                                                domain::Trigger::schedule}});
  }
  const bool recorded =
      now.last_round && (!before.last_round || now.last_round->slot != before.last_round->slot);
  if (recorded && !is_own(now.last_round->worker)) {
    for (const auto& monitor : now.monitors) {
      const auto earlier = std::find_if(before.monitors.begin(), before.monitors.end(),
                                        [&](const domain::Monitor& other) { return other.id == monitor.id; });
      if (earlier == before.monitors.end() || earlier->status.since == monitor.status.since) continue;
      bus_.publish({user_id, domain::MonitorChanged{monitor.id, domain::MonitorChanged::Change::state,
                                                    monitor.status}});
    }
    bus_.publish({user_id, domain::RoundFinished{*now.last_round}});
  }
  if (recorded || !same(before.schedule, schedule)) bus_.publish({user_id, domain::ScheduleChanged{}});
}

}  // namespace watchbill::api
