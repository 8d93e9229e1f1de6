// Carries an event stream to its client.
#pragma once

#include "http/client_socket.h"
#include "http/event_stream.h"
#include "http/message.h"

namespace watchbill::http {

// Lives in the coroutine of one connection whose response head was sent.
class EventWriter {
 public:
  EventWriter(ClientSocket& socket, const ServerOptions& options);

  // Runs the producer and writes what it sends until either side ends the stream; nothing of it runs
  // afterwards.
  base::Task<> run(EventStream stream);

  EventSink& sink() { return sink_; }

 private:
  base::Task<> produce(EventStream stream);
  base::Task<> write();
  base::Task<> watch_client();

  ClientSocket& socket_;
  const ServerOptions& options_;
  EventSink sink_;
  bool client_gone_ = false;
};

}  // namespace watchbill::http
