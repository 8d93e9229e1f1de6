#include "app/node/supervisor.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "app/config/values.h"
#include "base/log.h"

namespace watchbill::app {

using base::Task;
using nlohmann::json;

namespace {

constexpr base::Millis kMetricsEvery{5000};
constexpr std::size_t kLongestMessage = 64 * 1024;

std::string value_of(const Supervisor::Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

// Half of what systemd waits; none when that is meant for another process, or nobody waits.
std::optional<base::Millis> watchdog_of(const Supervisor::Environment& environment) {
  const auto process = value_of(environment, "WATCHDOG_PID");
  if (!process.empty() && process != std::to_string(getpid())) return std::nullopt;
  const auto micros = parse_integer(value_of(environment, "WATCHDOG_USEC"), 1000, 86'400'000'000);
  if (!micros) return std::nullopt;
  return std::max(base::Millis(1), base::Millis(*micros / 2000));
}

std::optional<int> channel_of(const Supervisor::Environment& environment) {
  const auto number = parse_integer(value_of(environment, "NODE_CHANNEL_FD"), 0, 1'000'000);
  if (!number) return std::nullopt;
  const int descriptor = static_cast<int>(*number);
  int domain = 0;
  socklen_t length = sizeof domain;
  if (getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &length) != 0 || domain != AF_UNIX)
    return std::nullopt;
  fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  return descriptor;
}

}  // namespace

Supervisor::Supervisor(base::asio::any_io_executor executor, const base::Clock& clock,
                       const Environment& environment, std::function<void()> stop, Metrics metrics)
    : clock_(clock),
      notify_socket_(value_of(environment, "NOTIFY_SOCKET")),
      watchdog_(watchdog_of(environment)),
      stop_(std::move(stop)),
      metrics_(std::move(metrics)),
      stop_asked_(executor),
      tasks_(executor) {
  if (const auto descriptor = channel_of(environment))
    channel_.emplace(executor, base::asio::local::stream_protocol(), *descriptor);
}

Supervisor::~Supervisor() = default;

Task<> Supervisor::start() {
  if (watchdog_) tasks_.spawn("watchdog", feed_watchdog());
  if (channel_) {
    channel_->non_blocking(true);
    tasks_.spawn("listening to PM2", listen());
    tasks_.spawn("metrics for PM2", report());
  }
  co_return;
}

Task<> Supervisor::stop() {
  ended_ = true;
  stop_asked_.notify();
  tasks_.cancel();
  co_await tasks_.join();
}

void Supervisor::ready() {
  notify("READY=1");
  send("ready");
}

void Supervisor::stopping() { notify("STOPPING=1"); }

void Supervisor::notify(const std::string& state) const {
  sockaddr_un address{};
  if (notify_socket_.empty() || notify_socket_.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  notify_socket_.copy(address.sun_path, notify_socket_.size());
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + notify_socket_.size());
  const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return;
  if (sendto(descriptor, state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
             reinterpret_cast<const sockaddr*>(&address), length) < 0)
    base::log::warning("systemd does not hear us", {{"socket", notify_socket_}});
  close(descriptor);
}

// Short, and PM2 reads; what it does not take is nothing to wait for.
void Supervisor::send(const json& message) {
  if (!channel_) return;
  const auto line = message.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  if (::send(channel_->native_handle(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
    base::log::debug("PM2 does not hear us");
}

Task<> Supervisor::feed_watchdog() {
  while (!ended_) {
    notify("WATCHDOG=1");
    co_await sleep(*watchdog_);
  }
}

Task<> Supervisor::listen() {
  std::string buffer;
  boost::system::error_code error;
  while (!ended_) {
    auto bytes = base::asio::dynamic_buffer(buffer, kLongestMessage);
    const auto length = co_await base::asio::async_read_until(
        *channel_, bytes, '\n', base::asio::redirect_error(base::asio::use_awaitable, error));
    if (error) co_return;  // PM2 went away; it is no parent to follow
    const auto message = json::parse(buffer.substr(0, length), nullptr, false);
    buffer.erase(0, length);
    if (message == "shutdown") stop_();
  }
}

Task<> Supervisor::report() {
  while (!ended_) {
    const auto metrics = co_await metrics_();
    if (metrics) {
      json data = json::object();
      for (const auto& [name, value] : metrics->items())
        data[name] = json{{"value", value}, {"historic", true}};
      send(json{{"type", "axm:monitor"}, {"data", std::move(data)}});
    }
    co_await sleep(kMetricsEvery);
  }
}

Task<> Supervisor::sleep(base::Millis time) {
  const auto until = clock_.monotonic_now() + time;
  while (!ended_ && clock_.monotonic_now() < until) co_await stop_asked_.wait_until(until);
}

}  // namespace watchbill::app
