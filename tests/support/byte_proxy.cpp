#include "tests/support/byte_proxy.h"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace watchbill::support {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace asio::experimental::awaitable_operators;

namespace {

const tcp::endpoint kAnyPort(asio::ip::address_v4::loopback(), 0);
constexpr std::size_t kBuffer = 64 << 10;

}  // namespace

ByteProxy::ByteProxy(asio::any_io_executor executor, std::uint16_t target)
    : executor_(executor), acceptor_(executor, kAnyPort), target_(target), tasks_(executor) {}

void ByteProxy::start() { tasks_.spawn("proxy", accept()); }

base::Task<> ByteProxy::stop() {
  acceptor_.close();
  cut();
  co_await tasks_.join();
}

void ByteProxy::cut() {
  for (auto& pair : pairs_) close(pair);
}

void ByteProxy::close(Pair& pair) {
  boost::system::error_code ignored;
  pair.client.close(ignored);
  pair.server.close(ignored);
}

base::Task<> ByteProxy::accept() {
  try {
    for (;;) {
      auto client = co_await acceptor_.async_accept(asio::use_awaitable);
      ++accepted_;
      const auto pair = pairs_.insert(pairs_.end(), Pair{std::move(client), Socket(executor_)});
      tasks_.spawn("proxied connection", serve(pair));
    }
  } catch (const boost::system::system_error&) {
    // stop()
  }
}

base::Task<> ByteProxy::serve(std::list<Pair>::iterator pair) {
  try {
    const tcp::endpoint target(asio::ip::address_v4::loopback(), target_);
    co_await pair->server.async_connect(target, asio::use_awaitable);
    pair->server.set_option(tcp::no_delay(true));
    pair->client.set_option(tcp::no_delay(true));
    co_await (carry_commands(*pair) && carry_replies(*pair));
  } catch (const std::exception&) {
    // One side is gone, or both.
  }
  close(*pair);
  pairs_.erase(pair);
}

base::Task<> ByteProxy::carry_commands(Pair& pair) {
  std::vector<char> buffer(kBuffer);
  for (;;) {
    const auto size = co_await pair.client.async_read_some(asio::buffer(buffer), asio::use_awaitable);
    received_ += size;
    if (mode_ == Mode::swallow) continue;
    const std::string_view command(buffer.data(), size);
    if (!cut_at_.text.empty() && command.ends_with(cut_at_.text)) {
      cut_at_.text.clear();
      if (!cut_at_.is_sent) co_return close(pair);
      pair.is_deserted = true;
    }
    co_await asio::async_write(pair.server, asio::buffer(buffer, size), asio::use_awaitable);
    // The server goes on: it would stop at a reply that it cannot send.
    if (pair.is_deserted) co_return pair.client.close();
  }
}

base::Task<> ByteProxy::carry_replies(Pair& pair) {
  std::vector<char> buffer(kBuffer);
  for (;;) {
    const auto room = asio::buffer(buffer, mode_ == Mode::chop ? 1 : kBuffer);
    const auto size = co_await pair.server.async_read_some(room, asio::use_awaitable);
    if (mode_ == Mode::swallow || mode_ == Mode::drop_replies || pair.is_deserted) continue;
    co_await asio::async_write(pair.client, asio::buffer(buffer, size), asio::use_awaitable);
  }
}

}  // namespace watchbill::support
