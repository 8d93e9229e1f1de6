// One connection: commands go out together, replies come back in their order.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/event.h"
#include "base/task_group.h"
#include "base/time.h"
#include "redis/command.h"
#include "redis/options.h"
#include "redis/reply_parser.h"
#include "redis/transport.h"

namespace watchbill::redis {

class Waiter;

// Reactor thread only. Used once: opened, used, closed. join() must have completed before destruction.
class Connection {
 public:
  Connection(base::asio::any_io_executor executor, const base::Clock& clock, const Options& options);
  ~Connection();

  // Connects and introduces itself (AUTH, SELECT, CLIENT SETNAME). Throws Error; the connection is closed
  // then.
  base::Task<> open(Endpoint endpoint, std::optional<Credentials> credentials);

  // Sends `command`, with what else is called at this moment in one write, and waits for its reply, which may
  // be an error reply. A script is loaded when this connection uses it first, and first after the server
  // answered NOSCRIPT. No reply until `deadline` closes the connection, whatever else waits. Throws Error
  // (unavailable: not sent; outcome_unknown: sent). `command` must outlive the beginning of the wait.
  base::Task<Reply> call(const Command& command, base::Monotonic deadline);

  // The same for several commands that go out in one write; replies in the same order.
  base::Task<std::vector<Reply>> call_together(std::span<const Command> commands, base::Monotonic deadline);

  // Why the server does not take scripts: its last answer to SCRIPT LOAD; empty when it does.
  const std::string& script_problem() const { return script_problem_; }

  // Fails all that waits. The first reason is the one that is told.
  void close(std::string reason);
  // Takes no more commands, and closes when those that were sent have their replies.
  void retire(std::string reason);
  bool is_open() const { return state_ == State::open; }
  const std::string& close_reason() const { return close_reason_; }

  // Waits until it is closed and nothing of it runs.
  base::Task<> join() { return tasks_.join(); }

 private:
  enum class State { fresh, opening, open, retired, closed };

  class Loader;
  struct Loaded {
    const Script* script;
    std::uint64_t number;  // of its SCRIPT LOAD among the commands of this connection
  };

  void send(const Command& command, std::shared_ptr<Waiter> waiter);
  void load_first(const Command& command, base::Monotonic deadline);
  bool in_time(base::Monotonic deadline) const;
  base::Task<> introduce(std::optional<Credentials> credentials);
  base::Task<Reply> introduce_by(const Command& command);
  base::Task<> read_replies();
  void write_at_once();
  base::Task<> write_commands();
  base::Task<> watch_deadlines();
  bool reads() const { return state_ == State::open || state_ == State::retired; }
  void deliver_replies(std::string_view bytes);
  void deliver(Reply reply);
  void fail(std::shared_ptr<Waiter> waiter, bool sent);
  void fail_unsent();
  base::Monotonic next_deadline() const;
  std::string lateness() const;
  std::string_view tls_hint() const;

  base::asio::any_io_executor executor_;
  const base::Clock& clock_;
  const Options& options_;
  Endpoint endpoint_;
  std::unique_ptr<Transport> transport_;
  ReplyParser parser_;
  State state_ = State::fresh;
  std::string close_reason_;

  std::deque<std::shared_ptr<Waiter>> waiting_;
  std::size_t unsent_ = 0;  // of them, the last ones, whose commands are still in out_
  std::string out_;
  std::string begun_;  // the rest of a write that went out in part; its commands count as sent
  bool writing_ = false;
  bool delivering_ = false;     // replies are being handed out; what is called meanwhile goes out after them
  std::uint64_t called_ = 0;    // commands so far
  std::uint64_t answered_ = 0;  // of them
  std::vector<Loaded> loaded_;
  std::string script_problem_;

  base::Monotonic open_deadline_ = base::Monotonic::max();
  base::Monotonic watched_until_ = base::Monotonic::max();
  base::Event earlier_deadline_;
  base::TaskGroup tasks_;
};

}  // namespace watchbill::redis
