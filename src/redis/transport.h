// Bytes to and from one server: TCP, or TLS over it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <memory>
#include <string_view>

#include "base/task.h"
#include "redis/options.h"

namespace watchbill::redis {

// Reactor thread only. After close() everything that waits ends with an error.
class Transport {
 public:
  virtual ~Transport() = default;

  // Resolves, connects, shakes hands. Throws Error (unavailable).
  virtual base::Task<> connect(Endpoint endpoint) = 0;
  // What connect() waits for, as the reason why it takes so long: "its name was not resolved".
  virtual std::string_view missing() const = 0;
  // Both throw boost::system::system_error.
  virtual base::Task<std::size_t> read_some(base::asio::mutable_buffer buffer) = 0;
  virtual base::Task<> write(std::string_view bytes) = 0;
  // As much as goes without waiting: how many bytes; 0 also after an error, which the next write() throws.
  virtual std::size_t try_write(std::string_view bytes) = 0;
  virtual void close() = 0;
};

// Throws Error (unavailable) when the files of `tls` cannot be used.
std::unique_ptr<Transport> make_transport(base::asio::any_io_executor executor,
                                          const std::optional<TlsOptions>& tls);

}  // namespace watchbill::redis
