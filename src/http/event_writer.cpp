#include "http/event_writer.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>

#include "base/task_group.h"

namespace watchbill::http {

namespace asio = base::asio;

EventWriter::EventWriter(ClientSocket& socket, const ServerOptions& options)
    : socket_(socket),
      options_(options),
      sink_(socket.executor(), options.max_event_backlog, [&socket] { socket.cut(); }) {}

base::Task<> EventWriter::run(EventStream stream) {
  base::TaskGroup tasks(co_await asio::this_coro::executor);
  tasks.spawn("event stream", produce(std::move(stream)));
  tasks.spawn("event client", watch_client());
  std::exception_ptr error;
  try {
    co_await write();
  } catch (...) {
    error = std::current_exception();
  }
  // A cancelled coroutine could not wait for the two others.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  sink_.close();
  tasks.cancel();
  co_await tasks.join();
  if (error) std::rethrow_exception(error);
}

base::Task<> EventWriter::produce(EventStream stream) {
  std::exception_ptr error;
  try {
    co_await stream.produce(sink_);
  } catch (...) {
    error = std::current_exception();
  }
  sink_.close();
  if (error) std::rethrow_exception(error);  // logged by the group, unless it was the end of the stream
}

base::Task<> EventWriter::write() {
  std::string out;
  while (!client_gone_) {
    out.clear();
    out.swap(sink_.backlog_);
    if (out.empty() && sink_.closed_) co_return;
    if (out.empty()) {
      boost::system::error_code woken;
      sink_.ready_.expires_after(options_.heartbeat);
      co_await sink_.ready_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
      if (woken) continue;
      out = ":\n\n";
    }
    const ClientSocket::Buffers buffers = {asio::buffer(out), asio::const_buffer()};
    const bool written = co_await socket_.write(buffers);
    if (!written) co_return;
  }
}

// A client of an event stream has nothing more to say: whatever arrives, its end above all, ends the stream.
base::Task<> EventWriter::watch_client() {
  boost::beast::flat_buffer ignored;
  co_await socket_.read(ignored, 64);
  client_gone_ = true;
  socket_.cut();
  sink_.close();
}

}  // namespace watchbill::http
