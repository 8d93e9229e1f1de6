// BullMQ in C++ for tests that run on Node: lines of JSON in, lines of JSON out.
//
//   bullmq_peer redis://127.0.0.1:6379
//
// In:  {"id": 1, "do": "queue.add", "queue": "q", ...}; the *_commands.cpp say which there are.
// Out: {"id": 1, "ok": answer} or {"id": 1, "error": "why"}, and {"event": "completed", "worker": ...} of
// workers. It ends when its input does.
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <iostream>

#include "base/task_group.h"
#include "tests/interop/peer/stage.h"

namespace {

namespace asio = interop::base::asio;
namespace base = interop::base;
using interop::Json;

void say(const Json& line) { std::cout << line.dump() << '\n' << std::flush; }

base::Task<> answer(interop::Stage& stage, std::string line) {
  Json reply;
  try {
    const auto request = Json::parse(line);
    reply["id"] = request.at("id");
    auto result = co_await interop::carry_out(stage, request);
    reply["ok"] = std::move(result);
  } catch (const std::exception& e) {
    reply["error"] = e.what();
  }
  say(reply);
}

base::Task<> answer_all(interop::Stage& stage) {
  const auto executor = co_await asio::this_coro::executor;
  asio::posix::stream_descriptor input(executor, ::dup(STDIN_FILENO));
  base::TaskGroup answers(executor);
  std::string read;
  for (;;) {
    boost::system::error_code ended;
    const auto length = co_await asio::async_read_until(input, asio::dynamic_buffer(read), '\n',
                                                        asio::redirect_error(asio::use_awaitable, ended));
    if (ended) break;
    answers.spawn("answer", answer(stage, read.substr(0, length)));
    read.erase(0, length);
  }
  co_await stage.stop();
  co_await answers.join();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: bullmq_peer redis://host:port\n";
    return 2;
  }
  try {
    const base::SystemClock clock;
    asio::io_context reactor(1);
    interop::Stage stage(reactor.get_executor(), clock, watchbill::redis::parse_url(argv[1]), say);
    std::exception_ptr failed;
    asio::co_spawn(reactor, answer_all(stage), [&failed](std::exception_ptr e) { failed = e; });
    reactor.run();
    if (failed) std::rethrow_exception(failed);
  } catch (const std::exception& e) {
    std::cerr << "bullmq_peer: " << e.what() << '\n';
    return 1;
  }
}
