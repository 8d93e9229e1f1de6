// Works the jobs of a BullMQ queue and says how long that took.
//
//   bullmq_work --redis redis://127.0.0.1:6379 --queue NAME --count 1000 --concurrency 50 --delay-ms 0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "bullmq/worker.h"
#include "examples/figures.h"

namespace {

namespace base = watchbill::base;
namespace bullmq = watchbill::bullmq;

struct Wishes {
  std::string redis = "redis://127.0.0.1:6379";
  std::string queue;
  std::string name;
  std::size_t count = 0;  // 0: until a signal
  int concurrency = 1;
  int delay_ms = 0;
  bool lateness = false;
  bool verbose = false;
};

// Start minus the time that it was planned for, in milliseconds.
double lateness_of(const bullmq::Job& job, const base::Clock& clock) {
  const auto planned = job.record().timestamp + job.options().delay.value_or(base::Millis(0));
  return static_cast<double>((clock.now() - planned).count());
}

double percentile(std::vector<double>& values, double part) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1,
                         static_cast<std::size_t>(part * static_cast<double>(values.size())))];
}

class Run {
 public:
  Run(base::asio::io_context& reactor, const base::Clock& clock, Wishes wishes)
      : wishes_(std::move(wishes)), clock_(clock), stopwatch_(clock), done_(reactor.get_executor()) {}

  bullmq::WorkerEvents events() {
    bullmq::WorkerEvents events;
    events.active = [this](const bullmq::Job& job) {
      if (started_++ == 0) stopwatch_.restart();
      if (wishes_.lateness) lateness_.push_back(lateness_of(job, clock_));
    };
    events.completed = [this](const bullmq::Job&, const bullmq::Json&) {
      if (++completed_ == wishes_.count) {
        figures_ = stopwatch_.figures(completed_);
        done_.notify();
      }
    };
    events.error = [](const std::string& what) { std::cerr << "bullmq_work: " << what << '\n'; };
    if (wishes_.verbose)
      events.failed = [](const bullmq::Job& job, const std::string& reason, bool retried) {
        std::cerr << "job " << job.id() << (retried ? " will be retried: " : " failed: ") << reason << '\n';
      };
    return events;
  }

  bullmq::Worker::Processor processor() {
    if (wishes_.delay_ms == 0) return [](bullmq::Job&) -> base::Task<bullmq::Json> { co_return nullptr; };
    return [delay = base::Millis(wishes_.delay_ms)](bullmq::Job&) { return wait(delay); };
  }

  base::Task<> until_done(bullmq::Worker& worker) {
    co_await worker.start();
    base::asio::signal_set signals(co_await base::asio::this_coro::executor, SIGINT, SIGTERM);
    signals.async_wait([this](boost::system::error_code error, int) {
      if (!error) interrupted_ = true, done_.notify();
    });
    while (figures_.is_null() && !interrupted_) co_await done_.wait();
    signals.cancel();
    co_await worker.stop();
    if (figures_.is_null()) figures_ = stopwatch_.figures(completed_);
    if (wishes_.lateness)
      figures_["lateness_ms"] = {{"p50", percentile(lateness_, 0.5)}, {"p99", percentile(lateness_, 0.99)}};
    std::cout << figures_ << '\n';
  }

 private:
  static base::Task<bullmq::Json> wait(base::Millis delay) {
    base::asio::steady_timer timer(co_await base::asio::this_coro::executor, delay);
    co_await timer.async_wait(base::asio::use_awaitable);
    co_return nullptr;
  }

  const Wishes wishes_;
  const base::Clock& clock_;
  examples::Stopwatch stopwatch_;
  base::Event done_;
  std::size_t started_ = 0;
  std::size_t completed_ = 0;
  bool interrupted_ = false;
  std::vector<double> lateness_;
  nlohmann::ordered_json figures_;
};

}  // namespace

int main(int argc, char** argv) {
  Wishes wishes;
  CLI::App app("Works the jobs of a BullMQ queue");
  app.add_option("--redis", wishes.redis, "URL of the server")->capture_default_str();
  app.add_option("--queue", wishes.queue, "Name of the queue")->required();
  app.add_option("--name", wishes.name, "Name of this worker");
  app.add_option("--count", wishes.count, "Stop after that many jobs; 0: on SIGINT")->capture_default_str();
  app.add_option("--concurrency", wishes.concurrency, "Jobs at once")->capture_default_str();
  app.add_option("--delay-ms", wishes.delay_ms, "How long each job takes")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_flag("--lateness", wishes.lateness, "Also tell how late delayed jobs began");
  app.add_flag("--verbose", wishes.verbose, "Tell of jobs that fail");
  CLI11_PARSE(app, argc, argv);
  try {
    const base::SystemClock clock;
    base::asio::io_context reactor(1);
    const auto server = watchbill::redis::parse_url(wishes.redis);
    Run run(reactor, clock, wishes);
    bullmq::WorkerOptions options{.name = wishes.name, .concurrency = wishes.concurrency};
    if (!server.prefix.empty()) options.prefix = server.prefix;
    bullmq::Worker worker(reactor.get_executor(), clock, server, wishes.queue, run.processor(), options,
                          run.events());
    std::exception_ptr failed;
    base::asio::co_spawn(reactor, run.until_done(worker), [&failed](std::exception_ptr e) { failed = e; });
    reactor.run();
    if (failed) std::rethrow_exception(failed);
  } catch (const std::exception& e) {
    std::cerr << "bullmq_work: " << e.what() << '\n';
    return 1;
  }
}
