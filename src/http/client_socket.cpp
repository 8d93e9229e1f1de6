#include "http/client_socket.h"

#include <netinet/tcp.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>

namespace watchbill::http {

namespace asio = base::asio;
using boost::system::error_code;

ClientSocket::ClientSocket(asio::ip::tcp::socket socket, Deadlines& deadlines, const ServerOptions& options)
    : Entry(deadlines), socket_(std::move(socket)), options_(options) {}

base::Task<ClientSocket::Read> ClientSocket::read(boost::beast::flat_buffer& buffer, std::size_t room) {
  error_code error;
  const auto space = buffer.prepare(room);
  const auto size = co_await socket_.async_read_some(space, asio::redirect_error(asio::use_awaitable, error));
  // A read that ended together with its deadline is late all the same.
  if (expired_) co_return Read::deadline;
  if (error) co_return Read::closed;
  buffer.commit(size);
  co_return Read::data;
}

bool ClientSocket::write_now(Buffers& buffers) {
  error_code error;
  auto sent = socket_.write_some(buffers, error);
  for (auto& buffer : buffers) {
    const auto step = std::min(sent, buffer.size());
    buffer += step;
    sent -= step;
  }
  return !error || error == asio::error::would_block;
}

base::Task<bool> ClientSocket::write(Buffers buffers) {
  if (!write_now(buffers)) co_return false;
  const auto left = asio::buffer_size(buffers);
  if (left == 0) co_return true;
  expired_ = false;
  expire_after(transfer_time(options_, left));
  error_code error;
  co_await asio::async_write(socket_, buffers, asio::redirect_error(asio::use_awaitable, error));
  never_expire();
  co_return !error && !expired_;
}

base::Task<> ClientSocket::linger() {
  error_code error;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
  expired_ = false;
  expire_after(options_.linger);
  boost::beast::flat_buffer rest;
  while (co_await read(rest, 4096) == Read::data) rest.clear();
}

void ClientSocket::cut() {
  error_code ignored;
  socket_.close(ignored);
}

asio::ip::address ClientSocket::peer() const {
  error_code gone;
  return socket_.remote_endpoint(gone).address();
}

void ClientSocket::on_deadline() {
  expired_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

base::Millis transfer_time(const ServerOptions& options, std::size_t bytes) {
  return options.transfer_grace + base::Millis(bytes * 1000 / options.min_bytes_per_second);
}

void configure(asio::ip::tcp::socket& socket, const ServerOptions& options) {
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  // A client that vanished without a word acknowledges nothing; the kernel would try for a quarter of an
  // hour.
  const int timeout_ms = static_cast<int>(2 * options.transfer_grace.count());
  using UserTimeout = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;
  socket.set_option(UserTimeout(timeout_ms), ignored);
}

}  // namespace watchbill::http
