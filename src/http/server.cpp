#include "http/server.h"

#include <fmt/format.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <stdexcept>

#include "base/log.h"
#include "base/task_group.h"
#include "http/connection.h"

namespace watchbill::http {

namespace asio = base::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// After a failed accept. Short enough to go unnoticed, long enough not to spin.
constexpr base::Millis kAcceptBackOff{100};
constexpr base::Millis kAcceptComplaint{60'000};

tcp::endpoint to_endpoint(const ServerOptions& options) {
  error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) throw std::invalid_argument(fmt::format("\"{}\" is not an IP address", options.address));
  return {address, options.port};
}

std::string to_text(const tcp::endpoint& endpoint) {
  const auto address = endpoint.address().to_string();
  return fmt::format(fmt::runtime(endpoint.address().is_v6() ? "[{}]:{}" : "{}:{}"), address,
                     endpoint.port());
}

// One client's trouble, gone before it was ours.
bool is_clients_own(const error_code& error) {
  return error == asio::error::connection_aborted || error == asio::error::connection_reset ||
         error == boost::system::errc::protocol_error || error == asio::error::interrupted;
}

}  // namespace

class Server::Impl {
 public:
  Impl(asio::any_io_executor executor, const base::Clock& clock, ServerOptions options, Handler handler,
       ErrorRenderer render_error)
      : endpoint_(to_endpoint(options)),
        host_{options,
              std::move(handler),
              std::move(render_error),
              clock,
              TrustedProxies(options.trusted_proxies),
              Deadlines(executor, clock),
              DateHeader(clock),
              {},
              {}},
        acceptor_(executor),
        back_off_(executor),
        clients_(executor),
        workers_(executor),
        all_gone_(executor) {}

  void start();
  base::Task<> stop();

  std::uint16_t port() const { return port_; }
  Stats stats() const;

 private:
  base::Task<> accept();
  base::Task<> recover(error_code error);
  void admit(tcp::socket socket);
  void turn_away(tcp::socket socket);
  base::Task<> serve(tcp::socket socket);
  base::Task<> wait_until_gone(base::Monotonic deadline);

  const tcp::endpoint endpoint_;
  ConnectionHost host_;
  tcp::acceptor acceptor_;
  asio::steady_timer back_off_;
  base::TaskGroup clients_;  // one task for each connection
  base::TaskGroup workers_;  // accepting, deadlines
  asio::steady_timer all_gone_;
  base::Monotonic complained_{};
  std::uint16_t port_ = 0;
  bool started_ = false;
};

void Server::Impl::start() {
  try {
    acceptor_.open(endpoint_.protocol());
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    if (endpoint_.address().is_v6()) acceptor_.set_option(asio::ip::v6_only(false));
    acceptor_.bind(endpoint_);
    acceptor_.listen();
    port_ = acceptor_.local_endpoint().port();
  } catch (const boost::system::system_error& e) {
    error_code ignored;
    acceptor_.close(ignored);
    throw std::runtime_error(fmt::format("cannot listen on {}: {}", to_text(endpoint_), e.code().message()));
  }
  started_ = true;
  workers_.spawn("http deadlines", host_.deadlines.run());
  workers_.spawn("http accept", accept());
}

base::Task<> Server::Impl::stop() {
  if (!started_ || host_.stopping) {
    co_await clients_.join();
    co_await workers_.join();
    co_return;
  }
  host_.stopping = true;
  error_code ignored;
  acceptor_.close(ignored);
  back_off_.cancel();
  host_.connections.stop();
  co_await wait_until_gone(host_.clock.monotonic_now() + host_.options.stop_grace);
  clients_.cancel();
  co_await clients_.join();
  workers_.cancel();
  co_await workers_.join();
}

base::Task<> Server::Impl::wait_until_gone(base::Monotonic deadline) {
  while (host_.connections.size() > 0 && host_.clock.monotonic_now() < deadline) {
    error_code woken;
    all_gone_.expires_at(deadline);
    co_await all_gone_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

base::Task<> Server::Impl::accept() {
  while (!host_.stopping) {
    error_code error;
    auto socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (host_.stopping) co_return;
    if (!error)
      admit(std::move(socket));
    else if (!is_clients_own(error))
      co_await recover(error);
  }
}

// Out of descriptors or memory: give back what an idle client holds, and try again a little later.
base::Task<> Server::Impl::recover(error_code error) {
  const auto now = host_.clock.monotonic_now();
  if (complained_ == base::Monotonic{} || now - complained_ > kAcceptComplaint) {
    complained_ = now;
    base::log::warning("cannot accept connections", {{"error", error.message()}});
  }
  if (host_.connections.evict_oldest()) ++host_.stats.evicted;
  error_code woken;
  back_off_.expires_after(kAcceptBackOff);
  co_await back_off_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

void Server::Impl::admit(tcp::socket socket) {
  ++host_.stats.accepted;
  configure(socket, host_.options);
  if (clients_.size() >= host_.options.max_connections) {
    if (!host_.connections.evict_oldest()) return turn_away(std::move(socket));
    ++host_.stats.evicted;
  }
  clients_.spawn("http connection", serve(std::move(socket)));
}

void Server::Impl::turn_away(tcp::socket socket) {
  ++host_.stats.refused;
  const auto& refusal = refusals::kBusy;
  const auto response = host_.render_error(refusal.status, refusal.code, refusal.message);
  const auto* body = std::get_if<std::string>(&response.body);
  const std::string_view text = body ? std::string_view(*body) : std::string_view();
  std::string head;
  write_head({response.status, response.headers, host_.date.value(), text.size(), "close"}, head);
  error_code ignored;
  socket.write_some(ClientSocket::Buffers{asio::buffer(head), asio::buffer(text)}, ignored);
  socket.shutdown(tcp::socket::shutdown_send, ignored);
}

base::Task<> Server::Impl::serve(tcp::socket socket) {
  {
    Connection connection(host_, std::move(socket));
    if (!host_.stopping) co_await connection.run();
  }
  if (host_.stopping && host_.connections.size() == 0) all_gone_.cancel();
}

Server::Stats Server::Impl::stats() const {
  auto stats = host_.stats;
  stats.connections = host_.connections.size();
  stats.waiting = host_.connections.waiting();
  return stats;
}

Server::Server(asio::any_io_executor executor, const base::Clock& clock, ServerOptions options,
               Handler handler, ErrorRenderer render_error)
    : impl_(std::make_unique<Impl>(std::move(executor), clock, std::move(options), std::move(handler),
                                   std::move(render_error))) {}

Server::~Server() = default;

base::Task<> Server::start() {
  impl_->start();
  co_return;
}

base::Task<> Server::stop() { return impl_->stop(); }

std::uint16_t Server::port() const { return impl_->port(); }

Server::Stats Server::stats() const { return impl_->stats(); }

}  // namespace watchbill::http
