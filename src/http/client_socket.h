// One client's socket: no wait without a deadline.
#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "base/task.h"
#include "http/deadlines.h"
#include "http/server.h"

namespace watchbill::http {

// Reactor thread only. One read and one write at a time.
class ClientSocket final : public Deadlines::Entry {
 public:
  using Buffers = std::array<base::asio::const_buffer, 2>;

  ClientSocket(base::asio::ip::tcp::socket socket, Deadlines& deadlines, const ServerOptions& options);

  enum class Read {
    data,      // at least one byte was appended
    closed,    // by the client, by cut(), or by an error of the network
    deadline,  // the deadline that the caller has set passed
  };

  // Appends what has arrived, up to `room` bytes.
  base::Task<Read> read(boost::beast::flat_buffer& buffer, std::size_t room);

  // Writes what goes without waiting; the rest stays in `buffers`. False: the client is gone.
  bool write_now(Buffers& buffers);

  // Writes everything, within the grace and the least rate of the options. False: the client is gone or too
  // slow.
  base::Task<bool> write(Buffers buffers);

  // Ends the connection so that the client gets to read the last response: closing with unread input resets
  // it.
  base::Task<> linger();

  // Ends it at once: whoever reads or writes sees it closed. Any time, any number of times.
  void cut();

  // "0.0.0.0" when the client is gone already.
  base::asio::ip::address peer() const;

  base::asio::any_io_executor executor() { return socket_.get_executor(); }
  bool missed_deadline() const { return expired_; }

 private:
  void on_deadline() override;

  base::asio::ip::tcp::socket socket_;
  const ServerOptions& options_;
  bool expired_ = false;
};

// How long `bytes` may take at the least rate.
base::Millis transfer_time(const ServerOptions& options, std::size_t bytes);

// Settings of a fresh connection. Failures are ignored: the client may be gone already, which the first read
// tells.
void configure(base::asio::ip::tcp::socket& socket, const ServerOptions& options);

}  // namespace watchbill::http
