// Adds jobs to a BullMQ queue and says how long that took.
//
//   bullmq_add --redis redis://127.0.0.1:6379 --queue NAME --count 1000 --data '{"a":1}'
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "bullmq/queue.h"
#include "examples/figures.h"

namespace {

namespace base = watchbill::base;
namespace bullmq = watchbill::bullmq;

struct Wishes {
  std::string redis = "redis://127.0.0.1:6379";
  std::string queue;
  std::string name = "monitor";
  std::string data = "{}";
  std::string options =
      R"({"attempts":2,"backoff":{"type":"exponential","delay":5000},)"
      R"("removeOnComplete":{"age":86400,"count":500},"removeOnFail":{"age":604800,"count":200}})";
  std::size_t count = 1;
  std::size_t bulk = 1000;
};

base::Task<> add(bullmq::Queue& queue, Wishes wishes, const base::Clock& clock) {
  co_await queue.start();
  std::exception_ptr failed;
  try {
    co_await queue.wait_ready(base::Millis(5000));
    const bullmq::NewJob job{wishes.name, bullmq::to_text(bullmq::Json::parse(wishes.data)),
                             bullmq::decode_options(wishes.options)};
    const examples::Stopwatch stopwatch(clock);
    for (std::size_t added = 0; added < wishes.count; added += wishes.bulk) {
      std::vector<bullmq::NewJob> jobs(std::min(wishes.bulk, wishes.count - added), job);
      co_await queue.add_many(std::move(jobs));
    }
    std::cout << stopwatch.figures(wishes.count) << '\n';
  } catch (...) {
    failed = std::current_exception();
  }
  co_await queue.stop();
  if (failed) std::rethrow_exception(failed);
}

}  // namespace

int main(int argc, char** argv) {
  Wishes wishes;
  CLI::App app("Adds jobs to a BullMQ queue");
  app.add_option("--redis", wishes.redis, "URL of the server")->capture_default_str();
  app.add_option("--queue", wishes.queue, "Name of the queue")->required();
  app.add_option("--count", wishes.count, "How many jobs")
      ->check(CLI::Range(1, 1'000'000'000))
      ->capture_default_str();
  app.add_option("--name", wishes.name, "Name of the jobs")->capture_default_str();
  app.add_option("--data", wishes.data, "Their data, JSON")->capture_default_str();
  app.add_option("--options", wishes.options, "Their options, JSON as Redis stores them")
      ->capture_default_str();
  app.add_option("--bulk", wishes.bulk, "How many go out together")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    const base::SystemClock clock;
    base::asio::io_context reactor(1);
    const auto server = watchbill::redis::parse_url(wishes.redis);
    bullmq::QueueOptions options;
    if (!server.prefix.empty()) options.prefix = server.prefix;
    bullmq::Queue queue(reactor.get_executor(), clock, server, wishes.queue, options);
    std::exception_ptr failed;
    base::asio::co_spawn(reactor, add(queue, wishes, clock), [&failed](std::exception_ptr e) { failed = e; });
    reactor.run();
    if (failed) std::rethrow_exception(failed);
  } catch (const std::exception& e) {
    std::cerr << "bullmq_add: " << e.what() << '\n';
    return 1;
  }
}
