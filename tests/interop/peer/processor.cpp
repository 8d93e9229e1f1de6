#include "tests/interop/peer/processor.h"

#include <signal.h>
#include <unistd.h>

#include <boost/asio/steady_timer.hpp>
#include <stdexcept>

namespace interop {

namespace {

// How soon a job that hangs notices that its lock is gone.
constexpr base::Millis kLook{20};

std::string message_of(const bullmq::Job& job) { return job.data().value("message", "no message"); }

}  // namespace

base::Task<bullmq::Json> Processor::run(bullmq::Job& job) {
  co_await act(job);
  co_return job.data();
}

base::Task<> Processor::act(bullmq::Job& job) {
  const auto& name = job.name();
  if (name == "fail") throw std::runtime_error(message_of(job));
  if (name == "unrecoverable") throw bullmq::UnrecoverableError(message_of(job));
  if (name == "fail_n_times" && job.record().attempts_made < job.data().value("times", 0))
    throw std::runtime_error(message_of(job));
  if (name == "crash") ::kill(::getpid(), SIGKILL);
  if (name == "sleep") co_await sleep(base::Millis(job.data().value("ms", 0)));
  if (name == "hang") co_await hang(job);
  if (name == "report") co_await report(job);
  if (name == "postpone") co_await postpone(job);
}

void Processor::release(const std::string& job_id) {
  released_.insert(job_id);
  released_event_.notify();
}

base::Task<> Processor::sleep(base::Millis time) {
  base::asio::steady_timer timer(co_await base::asio::this_coro::executor, time);
  co_await timer.async_wait(base::asio::use_awaitable);
}

base::Task<> Processor::hang(bullmq::Job& job) {
  while (!released_.contains(job.id()) && !job.signal()->is_raised())
    co_await released_event_.wait_until(clock_.monotonic_now() + kLook);
  if (job.signal()->is_raised()) throw std::runtime_error(job.signal()->reason());
}

base::Task<> Processor::report(bullmq::Job& job) {
  for (const auto& progress : job.data()["progress"]) co_await job.update_progress(progress);
  for (const auto& line : job.data()["logs"]) co_await job.log(line.get<std::string>());
}

base::Task<> Processor::postpone(bullmq::Job& job) {
  if (job.record().attempts_started > 1) co_return;
  const auto until = clock_.now() + base::Millis(job.data().value("ms", 0));
  co_await job.move_to_delayed(until);
  throw bullmq::JobMoved();
}

}  // namespace interop
