#include "redis/connection.h"

#include <fmt/format.h>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "redis/error.h"

namespace watchbill::redis {

namespace asio = base::asio;

namespace {

constexpr std::size_t kReadBuffer = 64 << 10;
// While replies are handed out, commands go out when there are that many bytes: the server works on the first
// ones while the rest is made. With all of them in one write the two would take turns.
constexpr std::size_t kPortion = 8 << 10;
using ReplySignature = void(std::exception_ptr, Reply);

}  // namespace

class Connection::Waiter {
 public:
  explicit Waiter(base::Monotonic deadline) : deadline(deadline) {}
  virtual ~Waiter() = default;
  // Once. Resumes whoever waits before it returns.
  virtual void complete(std::exception_ptr error, Reply reply) = 0;

  const base::Monotonic deadline;
};

// A coroutine that is in call(). When it is cancelled it leaves, and the reply finds nobody.
template <class Handler>
class Connection::HandlerWaiter final : public Waiter,
                                        public std::enable_shared_from_this<HandlerWaiter<Handler>> {
 public:
  HandlerWaiter(Handler handler, base::Monotonic deadline) : Waiter(deadline), handler_(std::move(handler)) {}

  void listen_for_cancellation() {
    auto slot = asio::get_associated_cancellation_slot(*handler_);
    if (!slot.is_connected()) return;
    slot.assign([self = this->weak_from_this()](asio::cancellation_type) {
      // Later: the slot's own handler may not clear the slot.
      if (const auto waiter = self.lock())
        asio::post(asio::get_associated_executor(*waiter->handler_), [waiter] {
          waiter->complete(
              std::make_exception_ptr(boost::system::system_error(asio::error::operation_aborted)), {});
        });
    });
  }

  void complete(std::exception_ptr error, Reply reply) override {
    if (!handler_) return;
    asio::get_associated_cancellation_slot(*handler_).clear();
    auto handler = std::move(*handler_);
    handler_.reset();
    std::move(handler)(std::move(error), std::move(reply));
  }

 private:
  std::optional<Handler> handler_;
};

// For replies that nobody needs.
class Connection::Ignorant final : public Waiter {
 public:
  using Waiter::Waiter;
  void complete(std::exception_ptr, Reply) override {}
};

// The replies to commands that were called together, and who waits for the last of them.
struct Connection::Group {
  std::vector<Reply> replies;
  std::size_t missing;
  std::exception_ptr error;
  std::shared_ptr<Waiter> caller;
};

class Connection::Part final : public Waiter {
 public:
  Part(std::shared_ptr<Group> group, std::size_t index, base::Monotonic deadline)
      : Waiter(deadline), group_(std::move(group)), index_(index) {}

  void complete(std::exception_ptr error, Reply reply) override {
    if (error) group_->error = std::move(error);
    group_->replies[index_] = std::move(reply);
    if (--group_->missing == 0) group_->caller->complete(group_->error, {});
  }

 private:
  std::shared_ptr<Group> group_;
  std::size_t index_;
};

Connection::Connection(asio::any_io_executor executor, const base::Clock& clock, const Options& options)
    : executor_(executor),
      clock_(clock),
      options_(options),
      parser_(options.max_reply_bytes),
      earlier_deadline_(executor),
      tasks_(executor) {}

Connection::~Connection() = default;

base::Task<> Connection::open(Endpoint endpoint, std::optional<Credentials> credentials) {
  endpoint_ = std::move(endpoint);
  state_ = State::opening;
  open_deadline_ = clock_.monotonic_now() + options_.connect_timeout;
  try {
    transport_ = make_transport(executor_, options_.tls);
    tasks_.spawn("redis deadlines", watch_deadlines());
    co_await transport_->connect(endpoint_);
    if (state_ == State::closed) throw Error(ErrorKind::unavailable, close_reason_);
    state_ = State::open;
    tasks_.spawn("redis replies", read_replies());
    co_await introduce(std::move(credentials), open_deadline_);
    open_deadline_ = base::Monotonic::max();
  } catch (const std::exception& e) {
    const auto told = state_ == State::closed ? close_reason_ : std::string(e.what());
    close(told);
    if (const auto* error = dynamic_cast<const Error*>(&e); error && error->kind() == ErrorKind::auth) throw;
    throw Error(ErrorKind::unavailable, told);
  }
}

base::Task<> Connection::introduce(std::optional<Credentials> credentials, base::Monotonic deadline) {
  if (credentials) {
    Command auth("AUTH");
    if (!credentials->user.empty()) auth.add(credentials->user);
    auth.add(credentials->password);
    const auto reply = co_await call(auth, deadline);
    if (reply.value().is_error())
      throw Error(ErrorKind::auth, fmt::format("{} refuses the user or the password: {}", endpoint_.text(),
                                               reply.value().text()));
  }
  if (options_.database != 0) {
    const Command select("SELECT", options_.database);
    const auto reply = co_await call(select, deadline);
    if (reply.value().is_error())
      throw Error(kind_of_reply(reply.value().text()),
                  fmt::format("{} refuses database {}: {}", endpoint_.text(), options_.database,
                              reply.value().text()));
  }
  if (!options_.client_name.empty()) {
    const Command set_name("CLIENT", "SETNAME", options_.client_name);
    co_await call(set_name, deadline);  // a convenience: services that forbid it are served without
  }
  const Command ping("PING");
  const auto reply = co_await call(ping, deadline);
  if (!reply.value().is_error()) co_return;
  const auto kind = kind_of_reply(reply.value().text());
  if (kind == ErrorKind::auth)
    throw Error(kind, fmt::format("{} wants a password: {}", endpoint_.text(), reply.value().text()));
  // Loading, a replica without its master: the connection is good, commands will be told the same.
}

base::Task<Reply> Connection::call(const Command& command, base::Monotonic deadline) {
  const auto initiate = [this](auto handler, const Command* command, base::Monotonic deadline) {
    using Handler = decltype(handler);
    auto waiter = std::make_shared<HandlerWaiter<Handler>>(std::move(handler), deadline);
    waiter->listen_for_cancellation();
    send(*command, std::move(waiter));
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, ReplySignature>(initiate, asio::use_awaitable,
                                                                             &command, deadline);
}

base::Task<std::vector<Reply>> Connection::call_together(std::span<const Command> commands,
                                                         base::Monotonic deadline) {
  const auto group = std::make_shared<Group>();
  group->replies.resize(commands.size());
  group->missing = commands.size();
  if (commands.empty()) co_return group->replies;
  const auto initiate = [this, group](auto handler, std::span<const Command> commands,
                                      base::Monotonic deadline) {
    using Handler = decltype(handler);
    auto caller = std::make_shared<HandlerWaiter<Handler>>(std::move(handler), deadline);
    caller->listen_for_cancellation();
    group->caller = std::move(caller);
    for (std::size_t index = 0; index < commands.size(); ++index)
      send(commands[index], std::make_shared<Part>(group, index, deadline));
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, ReplySignature>(initiate, asio::use_awaitable,
                                                                               commands, deadline);
  co_return std::move(group->replies);
}

void Connection::load_first(const Script& script, base::Monotonic deadline) {
  if (std::find(loaded_.begin(), loaded_.end(), &script) != loaded_.end()) return;
  loaded_.push_back(&script);
  const Command load("SCRIPT", "LOAD", script.body);
  send(load, std::make_shared<Ignorant>(deadline));
}

void Connection::forget(const Script& script) { std::erase(loaded_, &script); }

void Connection::send(const Command& command, std::shared_ptr<Waiter> waiter) {
  if (command.script()) load_first(*command.script(), waiter->deadline);
  if (state_ != State::open) {
    // Not from within the call: the caller has not begun to wait yet.
    asio::post(executor_, [waiter = std::move(waiter), error = lost(false)] { waiter->complete(error, {}); });
    return;
  }
  if (waiter->deadline < watched_until_) {
    watched_until_ = waiter->deadline;
    earlier_deadline_.notify();
  }
  command.append_to(out_);
  waiting_.push_back(std::move(waiter));
  ++unsent_;
  if (!delivering_ && !std::exchange(writing_, true)) tasks_.spawn("redis commands", write_commands());
}

// Without the way through the reactor's queue, which would cost a look at the sockets first.
void Connection::write_at_once() {
  if (state_ != State::open || writing_ || out_.empty()) return;
  if (const auto written = transport_->try_write(out_); written > 0) {
    unsent_ = 0;
    out_.erase(0, written);
  }
  if (out_.empty()) return;
  writing_ = true;
  tasks_.spawn("redis commands", write_commands());
}

base::Task<> Connection::write_commands() {
  std::string batch;
  try {
    while (state_ == State::open && !out_.empty()) {
      batch.clear();
      std::swap(batch, out_);
      unsent_ = 0;
      co_await transport_->write(batch);
    }
  } catch (const std::exception& e) {
    close(fmt::format("the connection to {} is lost: {}", endpoint_.text(), e.what()));
  }
  writing_ = false;
}

base::Task<> Connection::read_replies() {
  std::vector<char> buffer(kReadBuffer);
  try {
    while (state_ == State::open) {
      const auto size = co_await transport_->read_some(asio::buffer(buffer));
      parser_.feed({buffer.data(), size});
      delivering_ = true;
      while (state_ == State::open) {
        auto reply = parser_.next();
        if (!reply) break;
        deliver(std::move(*reply));
        if (out_.size() >= kPortion) write_at_once();
      }
      delivering_ = false;
      write_at_once();
    }
  } catch (const boost::system::system_error& e) {
    close(fmt::format("the connection to {} is lost: {}", endpoint_.text(), e.code().message()));
  } catch (const Error& e) {
    close(fmt::format("{} answers what is {} (is this port for TLS? then rediss://)", endpoint_.text(),
                      e.what()));
  }
}

void Connection::deliver(Reply reply) {
  if (waiting_.size() <= unsent_) throw Error(ErrorKind::protocol, "a reply that nobody asked for");
  const auto waiter = std::move(waiting_.front());
  waiting_.pop_front();
  waiter->complete(nullptr, std::move(reply));
}

// Replies come in order, so the oldest command is the one to look at. The timer is not set anew for each
// command: it wakes at a deadline that was near once, and looks for the next.
base::Task<> Connection::watch_deadlines() {
  while (state_ != State::closed) {
    watched_until_ =
        std::min(open_deadline_, waiting_.empty() ? base::Monotonic::max() : waiting_.front()->deadline);
    co_await earlier_deadline_.wait_until(watched_until_);
    const auto now = clock_.monotonic_now();
    if (open_deadline_ <= now || (!waiting_.empty() && waiting_.front()->deadline <= now))
      close(fmt::format("{} did not answer in time", endpoint_.text()));
  }
}

void Connection::close(std::string reason) {
  if (state_ == State::closed) return;
  state_ = State::closed;
  close_reason_ = std::move(reason);
  if (transport_) transport_->close();
  earlier_deadline_.notify();
  const auto sent = waiting_.size() - unsent_;
  for (std::size_t index = 0; index < waiting_.size(); ++index)
    asio::post(executor_, [waiter = std::move(waiting_[index]), error = lost(index < sent)] {
      waiter->complete(error, {});
    });
  waiting_.clear();
  out_.clear();
  unsent_ = 0;
}

std::exception_ptr Connection::lost(bool sent) const {
  return std::make_exception_ptr(
      sent ? Error(ErrorKind::outcome_unknown, close_reason_ + "; whether the command was "
                                                               "carried out is not known")
           : Error(ErrorKind::unavailable, close_reason_.empty() ? "not connected" : close_reason_));
}

}  // namespace watchbill::redis
