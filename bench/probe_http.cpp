// What one HTTP check over a fresh connection costs in probe/ alone, nothing recorded.
// probe_http [URL [CHECKS [AT_ONCE]]]; without a URL against a small server in a thread of its own. One line
// of JSON with the CPU time of the probing thread.
#include <fmt/format.h>
#include <sys/resource.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/task_group.h"
#include "probe/probes.h"

namespace {

using namespace watchbill;
namespace asio = base::asio;
using asio::ip::tcp;
using nlohmann::json;

struct Settings {
  std::string url;
  int checks = 50'000;
  int at_once = 50;
};

// Answers every connection once and closes it.
class Server {
 public:
  Server() : acceptor_(reactor_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    connections_.spawn("accept", accept());
    thread_ = std::thread([this] { reactor_.run(); });
  }
  ~Server() {
    asio::post(reactor_, [this] { connections_.cancel(); });
    thread_.join();
  }
  std::string url() const { return fmt::format("http://127.0.0.1:{}/", acceptor_.local_endpoint().port()); }

 private:
  base::Task<> accept() {
    for (;;) {
      auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
      connections_.spawn("answer", answer(std::move(socket)));
    }
  }
  static base::Task<> answer(tcp::socket socket) {
    static constexpr std::string_view kAnswer =
        "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\nall is well";
    std::array<char, 4096> request;
    boost::system::error_code gone;
    co_await socket.async_read_some(asio::buffer(request), asio::redirect_error(asio::use_awaitable, gone));
    co_await asio::async_write(socket, asio::buffer(kAnswer),
                               asio::redirect_error(asio::use_awaitable, gone));
  }

  asio::io_context reactor_;
  base::TaskGroup connections_{reactor_.get_executor()};
  tcp::acceptor acceptor_;
  std::thread thread_;
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const auto seconds = [](timeval t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Load {
  probe::Probes& probes;
  json config;
  int left = 0;
  int up = 0;
  std::string trouble;
};

base::Task<> check_until_done(Load& load) {
  while (load.left-- > 0) {
    const auto finding = co_await load.probes.probe("http", load.config);
    if (finding.verdict == domain::Verdict::up)
      ++load.up;
    else
      load.trouble = finding.detail;
  }
}

base::Task<> fill_in(const probe::Probes& probes, json& config) {
  const auto errors = co_await probes.check_config("http", config);
  if (!errors.empty()) throw std::runtime_error(errors.front().message);
}

void run_checks(asio::io_context& reactor, Load& load, int at_once) {
  base::TaskGroup checks(reactor.get_executor());
  for (int i = 0; i < at_once; ++i) checks.spawn("checks", check_until_done(load));
  reactor.restart();
  reactor.run();
}

json measure(const Settings& settings) {
  asio::io_context reactor(1);
  base::SystemClock clock;
  probe::ProbeOptions options;
  options.allowed.push_back(probe::AddressRange::parse("127.0.0.0/8").value());
  probe::Probes probes(reactor.get_executor(), clock, options);
  json config = {{"url", settings.url}};
  base::TaskGroup preparing(reactor.get_executor());
  preparing.spawn("configuration", fill_in(probes, config));
  reactor.run();

  Load warm_up{probes, config, settings.checks / 10};
  run_checks(reactor, warm_up, settings.at_once);
  Load load{probes, config, settings.checks};
  const auto begun = clock.monotonic_now();
  const auto cpu = cpu_seconds();
  run_checks(reactor, load, settings.at_once);
  const auto used = cpu_seconds() - cpu;
  const std::chrono::duration<double> took = clock.monotonic_now() - begun;
  if (load.up != settings.checks) throw std::runtime_error("not every check was up: " + load.trouble);
  return {{"bench", "probe_http"},
          {"checks", settings.checks},
          {"at_once", settings.at_once},
          {"seconds", took.count()},
          {"checks_per_s", std::round(settings.checks / took.count())},
          {"cpu_us_per_check", std::round(used / settings.checks * 1e7) / 10}};
}

}  // namespace

int main(int count, char** arguments) {
  Settings settings;
  std::optional<Server> server;
  if (count > 1)
    settings.url = arguments[1];
  else
    settings.url = server.emplace().url();
  if (count > 2) settings.checks = std::atoi(arguments[2]);
  if (count > 3) settings.at_once = std::atoi(arguments[3]);
  try {
    auto result = measure(settings);
    result["command"] =
        fmt::format("bench/run probe_http ({} {} {})", count > 1 ? settings.url : "own server",
                    settings.checks, settings.at_once);
    std::cout << result.dump() << '\n';
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "probe_http: " << e.what() << '\n';
    return 1;
  }
}
