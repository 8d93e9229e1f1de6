// A client that stays connected: commands wait for a connection, and what surely was not carried out is sent
// again.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/service.h"
#include "base/time.h"
#include "redis/command.h"
#include "redis/error.h"
#include "redis/options.h"
#include "redis/reply.h"

namespace watchbill::redis {

// What an operator wants to know about the way to the server.
struct Status {
  bool connected = false;
  std::string problem;       // why not, in one line; empty while connected
  std::size_t connects = 0;  // successful ones so far
};

// Reactor thread only. start() returns before there is a connection: see wait_ready().
class Client : public base::Service {
 public:
  Client(const base::Clock& clock, Options options) : clock_(clock), options_(std::move(options)) {}

  // The reply to one command. Waits for a connection, and repeats what the server surely did not carry out
  // (unsent, LOADING, READONLY, NOSCRIPT, MOVED and the like), until `deadline`. Throws Error, also for an
  // error reply; its may_have_run() tells whether something may have been done. `command` must live until
  // then.
  virtual base::Task<Reply> call(const Command& command, base::Monotonic deadline) = 0;
  base::Task<Reply> call(const Command& command) { return call(command, within(options_.command_timeout)); }

  // Commands that go out in one write over one connection, their replies in the same order; error replies are
  // among them. Not repeated. All commands must belong to one node.
  virtual base::Task<std::vector<Reply>> call_together(std::span<const Command> commands,
                                                       base::Monotonic deadline) = 0;
  base::Task<std::vector<Reply>> call_together(std::span<const Command> commands) {
    return call_together(commands, within(options_.command_timeout));
  }

  // Returns once there is a connection. Throws the Error that kept it from there when `deadline` comes first.
  virtual base::Task<> wait_ready(base::Monotonic deadline) = 0;

  // Gives up the present connections and makes new ones; what waits fails (outcome_unknown).
  virtual void reconnect(std::string reason) = 0;

  virtual Status status() const = 0;

  const Options& options() const { return options_; }
  base::Monotonic within(base::Millis time) const { return clock_.monotonic_now() + time; }

 protected:
  const base::Clock& clock_;
  const Options options_;
};

// For the topology of `options`.
std::unique_ptr<Client> make_client(base::asio::any_io_executor executor, const base::Clock& clock,
                                    Options options);

}  // namespace watchbill::redis
