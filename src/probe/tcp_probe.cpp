#include "probe/tcp_probe.h"

#include <poll.h>
#include <sys/socket.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>

#include "probe/alarm.h"
#include "probe/cancellation.h"
#include "probe/target.h"

namespace watchbill::probe {

namespace {

using base::Millis;
using base::Task;
using boost::asio::ip::tcp;
using domain::Cause;
using domain::Finding;
using domain::Phase;
using std::chrono::microseconds;

struct TcpConfig {
  std::string host;
  std::uint16_t port = 0;
  Millis timeout{10000};
};

TcpConfig read_config(const nlohmann::json& config) {
  TcpConfig read;
  read.host = config.at("host").get<std::string>();
  read.port = config.at("port").get<std::uint16_t>();
  read.timeout = Millis(config.value("timeoutMs", std::int64_t{read.timeout.count()}));
  return read;
}

// How connecting ended, if it did, whoever was to be told of it.
std::optional<int> outcome_of(int socket) {
  pollfd asked{socket, POLLOUT, 0};
  if (::poll(&asked, 1, 0) != 1) return std::nullopt;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

// Connects and closes; nullopt when that worked within `limit`.
Task<std::optional<Failure>> connect(Surroundings& around, tcp::endpoint target, Millis limit) {
  using namespace boost::asio::experimental::awaitable_operators;
  tcp::socket socket(around.executor);
  boost::system::error_code error;
  socket.open(target.protocol(), error);
  if (error) co_return socket_failure(error.value(), Phase::connect, target.address());
  Alarm alarm(around.executor, around.clock);
  const auto first = co_await (
      socket.async_connect(target, boost::asio::redirect_error(boost::asio::use_awaitable, error)) ||
      alarm.at(around.clock.monotonic_now() + limit));
  co_await throw_if_cancelled();
  if (first.index() == 0 && error) co_return socket_failure(error.value(), Phase::connect, target.address());
  if (first.index() == 0) co_return std::nullopt;
  const auto late = outcome_of(socket.native_handle());
  if (late && *late != 0) co_return socket_failure(*late, Phase::connect, target.address());
  if (late) co_return std::nullopt;
  if (alarm.overslept()) co_return held_up(Phase::connect, *alarm.overslept());
  co_return timed_out(Phase::connect, limit);
}

class TcpCheck {
 public:
  TcpCheck(Surroundings& around, TcpConfig config)
      : around_(around), config_(std::move(config)), started_(around.clock.monotonic_now()) {}

  Task<Finding> run();

 private:
  Task<std::optional<Failure>> check();
  Task<std::optional<Failure>> connect_any(Addresses addresses);
  microseconds since(base::Monotonic from) const {
    return std::chrono::duration_cast<microseconds>(around_.clock.monotonic_now() - from);
  }

  Surroundings& around_;
  const TcpConfig config_;
  const base::Monotonic started_;
  Finding finding_;
};

Task<Finding> TcpCheck::run() {
  auto failure = co_await check();
  const auto total = since(started_);
  conclude(finding_, blame(std::move(failure), {finding_.times.resolve, total, config_.timeout}), total);
  co_return std::move(finding_);
}

Task<std::optional<Failure>> TcpCheck::check() {
  const auto host = parse_host(config_.host);
  if (!host)
    co_return Failure{Cause::configuration_invalid, Phase::none, "the host is not a name or an address"};
  auto target = co_await find_target(around_, *host, started_ + config_.timeout);
  if (!host->address) finding_.times.resolve = since(started_);
  if (auto* failure = std::get_if<Failure>(&target)) co_return std::move(*failure);
  co_return co_await connect_any(std::get<Addresses>(std::move(target)));
}

// As for HTTP: one address after the other until one lets us connect.
Task<std::optional<Failure>> TcpCheck::connect_any(Addresses addresses) {
  std::optional<Failure> failure;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const auto begun = around_.clock.monotonic_now();
    const auto left = std::chrono::ceil<Millis>(started_ + config_.timeout - begun);
    if (i > 0 && left.count() <= 0) break;
    const auto limit = connect_share(around_.options.limits.connect, left, addresses.size() - i);
    auto current = co_await connect(around_, tcp::endpoint(addresses[i], config_.port), limit);
    if (!current) finding_.times.connect = since(begun);
    if (i == 0 || says_more(current, *failure)) {
      failure = current;
      finding_.address = addresses[i].to_string();
    }
    if (!current) break;
  }
  co_return failure;
}

}  // namespace

const nlohmann::json& tcp_schema() {
  static const auto schema = nlohmann::json::parse(R"({
    "type": "object",
    "required": ["host", "port"],
    "additionalProperties": false,
    "properties": {
      "host": {"type": "string", "minLength": 1, "maxLength": 253},
      "port": {"type": "integer", "minimum": 1, "maximum": 65535},
      "timeoutMs": {"type": "integer", "minimum": 500, "maximum": 60000, "default": 10000}
    }
  })");
  return schema;
}

Task<std::vector<domain::ConfigError>> check_tcp(Surroundings& around, nlohmann::json config) {
  const auto host = parse_host(config.at("host").get_ref<const std::string&>());
  if (!host) {
    std::vector<domain::ConfigError> errors;
    errors.push_back({"/host", "format", "must be a host name or an address"});
    co_return errors;
  }
  co_return co_await check_target(around, *host, "/host");
}

Task<Finding> probe_tcp(Surroundings& around, nlohmann::json config) {
  TcpCheck check(around, read_config(config));
  co_return co_await check.run();
}

}  // namespace watchbill::probe
