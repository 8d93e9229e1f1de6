#include "app/node/heartbeat.h"

#include <unistd.h>

#include "base/log.h"

namespace watchbill::app {

using base::Task;

Heartbeat::Heartbeat(store::AsyncStore& store, const base::Clock& clock, base::asio::any_io_executor executor,
                     HeartbeatOptions options, std::function<Load()> load)
    : store_(store),
      clock_(clock),
      options_(std::move(options)),
      load_(std::move(load)),
      stop_asked_(executor),
      tasks_(executor) {}

Task<> Heartbeat::start() {
  tasks_.spawn("heartbeat", run());
  co_return;
}

Task<> Heartbeat::stop() {
  stopping_ = true;
  stop_asked_.notify();
  co_await tasks_.join();
}

Task<> Heartbeat::run() {
  while (!stopping_) {
    const auto next = clock_.monotonic_now() + options_.every;
    try {
      const auto load = load_();
      tell(load);
      co_await beat(load);
      co_await tidy();
      note("");
    } catch (const std::exception& error) {
      note(error.what());
    }
    if (!stopping_) co_await stop_asked_.wait_until(next);
  }
  tell_at_ = {};
  tell(load_());
  co_await say_good_bye();
}

// The first rounds at once, so that who has just started a worker sees it work.
void Heartbeat::tell(Load load) {
  const auto now = clock_.monotonic_now();
  if (load.done == told_ || now < tell_at_) return;
  base::log::info("rounds done", {{"rounds", load.done - told_}, {"running", load.running}});
  told_ = load.done;
  tell_at_ = now + options_.log_every;
}

Task<> Heartbeat::beat(Load load) {
  const auto now = clock_.monotonic_now();
  store::ProcessBeat beat{.instance = options_.instance,
                          .role = options_.role,
                          .version = options_.version,
                          .host = options_.host,
                          .pid = ::getpid(),
                          .started_at = started_at_,
                          .concurrency = static_cast<std::int64_t>(options_.concurrency),
                          .running = load.running,
                          .rounds_done = load.done};
  if (beaten_at_) {
    beat.window_rounds = load.done - done_before_;
    beat.window = std::chrono::duration_cast<base::Millis>(now - *beaten_at_);
  }
  auto work = [beat](store::Store& store) { return store.operations().beat(beat); };
  const auto seen_at = co_await store_.run(std::move(work));
  if (!started_at_) started_at_ = seen_at;
  beaten_at_ = now;
  done_before_ = load.done;
}

Task<> Heartbeat::tidy() {
  if (clock_.monotonic_now() < tidy_at_) co_return;
  tidy_at_ = clock_.monotonic_now() + options_.tidy_every;
  auto work = [age = options_.forgotten_after](store::Store& store) {
    auto& operations = store.operations();
    return operations.remove_processes_unseen_since(operations.now() - age);
  };
  const auto removed = co_await store_.run(std::move(work));
  if (removed > 0) base::log::info("processes not seen for a day forgotten", {{"processes", removed}});
}

Task<> Heartbeat::say_good_bye() {
  if (!started_at_) co_return;
  try {
    auto work = [name = options_.instance, at = *started_at_](store::Store& store) {
      store.operations().end(name, at);
    };
    co_await store_.run(std::move(work));
  } catch (const store::Error& error) {
    base::log::warning("the end of this process not noted", {{"error", error.what()}});
  }
}

// Once, not with every beat.
void Heartbeat::note(const std::string& failure) {
  const bool was_failing = std::exchange(is_failing_, !failure.empty());
  if (is_failing_ && !was_failing) base::log::warning("heartbeat not written", {{"error", failure}});
}

}  // namespace watchbill::app
