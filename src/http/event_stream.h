// Server-sent events: how a producer talks to one client.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "base/event.h"
#include "base/task.h"

namespace watchbill::http {

// Reactor thread only. Made by the server for a Response::events(), and alive as long as the producer's Task.
//
// The producer is one coroutine. When it returns, what it sent is delivered and the stream ends. When the
// client goes (even silently: the heartbeat meets the write deadline), reads too slowly, or the server stops,
// the producer is cancelled: what it awaits throws operation_aborted, and its destructors take back its
// subscriptions. One that is called from elsewhere (a hub that keeps a pointer to the sink) awaits closed().
//
//   Task<> watch(Hub& hub, EventSink& sink) {
//     const auto subscription = hub.subscribe(&sink);
//     co_await sink.closed();
//   }
class EventSink {
 public:
  // For the server. `on_overflow` is called once, when the backlog is full.
  EventSink(base::asio::any_io_executor executor, std::size_t max_backlog, std::function<void()> on_overflow);

  // Queues one event; never waits. `data` may have several lines. `id` and `event` may be empty and are then
  // left out; a line break or NUL in them throws std::invalid_argument. False: the stream is over, nothing
  // was queued. An event that does not fit into the backlog ends the stream: the client reconnects with its
  // last id.
  bool send(std::string_view id, std::string_view event, std::string_view data);

  // Ends the stream after what was sent.
  void close();

  bool is_closed() const { return closed_; }

  // Until the stream is over: returns after close() or a full backlog, throws operation_aborted when the
  // client goes or the server stops.
  base::Task<> closed();

 private:
  friend class EventWriter;

  const std::size_t max_backlog_;
  const std::function<void()> on_overflow_;
  std::string backlog_;  // formatted, not yet on its way
  bool closed_ = false;
  base::asio::steady_timer ready_;  // cancelled when there is something to write, or nothing any more
  base::Event ended_;
};

}  // namespace watchbill::http
