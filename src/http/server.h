// An HTTP/1.1 server for one reactor thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/service.h"
#include "base/time.h"
#include "http/message.h"

namespace watchbill::http {

// Sizes in bytes. What exceeds one is answered with the named status and the connection is closed.
struct ServerOptions {
  std::string address = "127.0.0.1";  // IPv4 or IPv6; "::" listens on both
  std::uint16_t port = 0;             // 0: any free one

  std::size_t max_request_line = 8 * 1024;   // 414
  std::size_t max_header_bytes = 32 * 1024;  // 431; all lines after the request line
  std::size_t max_header_fields = 100;       // 431
  std::size_t max_body = 1024 * 1024;        // 413; decoded, and the same again for the framing of chunks

  // Of all bodies, what is beyond `small_body` of each: a request that would take more gets 503. So many
  // clients with large bodies cannot fill the memory, and keep nobody else from sending his.
  std::size_t small_body = 64 * 1024;
  std::size_t max_large_bodies = 32 * 1024 * 1024;

  // From the first byte of a request (of the first request: from the connection) to the end of its header:
  // 408.
  base::Millis header_deadline{10'000};
  // A body has this long plus its size at `min_bytes_per_second`: 408. The same holds for the client that
  // takes a response; it is cut off.
  base::Millis transfer_grace{10'000};
  std::size_t min_bytes_per_second = 4096;
  // Between two requests.
  base::Millis idle_deadline{60'000};
  // How long a refused client may go on sending before the connection is cut, so that it reads the refusal.
  base::Millis linger{2'000};

  // Above it the connection that has waited longest without a complete request is dropped for the new one;
  // when every connection is busy, the new one gets 503.
  std::size_t max_connections = 4096;
  // Requests that a client may send ahead without waiting for answers; the answer to the last one closes.
  std::size_t max_pipelined = 64;

  // Event streams: comment lines so that proxies and clients see life, and the most that may wait for one
  // reader.
  base::Millis heartbeat{15'000};
  std::size_t max_event_backlog = 256 * 1024;

  // What stop() gives running requests before it cancels them.
  base::Millis stop_grace{5'000};

  // Addresses or networks ("10.0.0.0/8", "::1") whose X-Forwarded-For is believed.
  std::vector<std::string> trusted_proxies;
};

// Reactor thread only. Not restartable: start once.
//
// A handler that throws is answered with 500 and logged once with its route and message; the client sees no
// details. A client that leaves does not cancel its handler (the answer is thrown away); stop() does, after
// the grace. Nothing that a client sends ends the server, and running out of file descriptors delays new
// connections until there are some again.
class Server final : public base::Service {
 public:
  // `clock` outlives the server. Throws std::invalid_argument when an address in the options is malformed.
  Server(base::asio::any_io_executor executor, const base::Clock& clock, ServerOptions options,
         Handler handler, ErrorRenderer render_error);
  ~Server() override;

  // Binds and listens; throws std::runtime_error naming address and cause when it cannot.
  base::Task<> start() override;

  // Stops listening, closes waiting connections, ends event streams, lets running requests finish within the
  // grace, cancels what is left.
  base::Task<> stop() override;

  // The bound port; 0 before start().
  std::uint16_t port() const;

  struct Stats {
    std::size_t connections = 0;         // open now
    std::size_t waiting = 0;             // of these, for their clients
    std::uint64_t accepted = 0;          // the rest: since start
    std::uint64_t requests = 0;          // handed to the handler
    std::uint64_t refused = 0;           // answered by the library itself: 4xx, 503, 505
    std::uint64_t deadlines_missed = 0;  // connections closed by a deadline, idle ones not counted
    std::uint64_t evicted = 0;           // waiting connections dropped for new ones
  };
  Stats stats() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace watchbill::http
