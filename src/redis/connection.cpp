#include "redis/connection.h"

#include <fmt/format.h>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "redis/error.h"
#include "redis/waiter.h"

namespace watchbill::redis {

namespace asio = base::asio;

namespace {

constexpr std::size_t kReadBuffer = 64 << 10;
// What the parser gets at once: after each reply it moves what is left of that to the front.
constexpr std::size_t kParsedAtOnce = 4 << 10;
// While replies are handed out, commands go out when there are that many bytes: the server works on the first
// ones while the rest is made. With all of them in one write the two would take turns.
constexpr std::size_t kPortion = 8 << 10;
using ReplySignature = void(std::exception_ptr, Reply);

}  // namespace

// Notes what became of SCRIPT LOAD.
class Connection::Loader final : public Waiter {
 public:
  Loader(Connection& connection, const Script& script, base::Monotonic deadline)
      : Waiter(deadline), connection_(connection), script_(script) {}

  void complete(std::exception_ptr error, Reply reply) override {
    if (error) return;
    const bool refused = reply.value().is_error();
    connection_.script_problem_ = refused ? std::string(reply.value().text()) : "";
    if (refused)
      std::erase_if(connection_.loaded_, [&](const Loaded& loaded) { return loaded.script == &script_; });
  }

 private:
  Connection& connection_;
  const Script& script_;
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
  if (state_ == State::closed) throw Error(ErrorKind::unavailable, close_reason_);
  state_ = State::opening;
  try {
    transport_ = make_transport(executor_, options_.tls);
    open_deadline_ = clock_.monotonic_now() + options_.connect_timeout;
    tasks_.spawn("redis deadlines", watch_deadlines());
    co_await transport_->connect(endpoint_);
    if (state_ == State::closed) throw Error(ErrorKind::unavailable, close_reason_);
    state_ = State::open;
    tasks_.spawn("redis replies", read_replies());
    co_await introduce(std::move(credentials));
    open_deadline_ = base::Monotonic::max();
  } catch (const std::exception& e) {
    const auto told = state_ == State::closed ? close_reason_ : std::string(e.what());
    close(told);
    if (const auto* error = dynamic_cast<const Error*>(&e); error && error->kind() == ErrorKind::auth) throw;
    throw Error(ErrorKind::unavailable, told);
  }
}

base::Task<> Connection::introduce(std::optional<Credentials> credentials) {
  const auto name = endpoint_.text();
  if (credentials) {
    Command auth("AUTH");
    if (!credentials->user.empty()) auth.add(credentials->user);
    auth.add(credentials->password);
    const auto reply = co_await introduce_by(auth);
    if (const auto answer = reply.value(); answer.is_error())
      throw Error(ErrorKind::auth,
                  fmt::format("{} refuses the user or the password: {}", name, answer.text()));
  }
  // Loading, a replica without its master: the connection is good, commands will be told the same.
  const Command ping("PING");
  const auto pong = co_await introduce_by(ping);
  if (const auto answer = pong.value(); kind_of_reply(answer.text()) == ErrorKind::auth)
    throw Error(ErrorKind::auth,
                fmt::format("{} wants a password, and the URL has none: {}", name, answer.text()));
  if (options_.database != 0) {
    const Command select("SELECT", options_.database);
    const auto reply = co_await introduce_by(select);
    if (const auto answer = reply.value(); answer.is_error())
      throw Error(ErrorKind::unavailable,
                  fmt::format("{} refuses database {}: {}", name, options_.database, answer.text()));
  }
  if (!options_.client_name.empty()) {
    const Command set_name("CLIENT", "SETNAME", options_.client_name);
    co_await introduce_by(set_name);  // a convenience: services that forbid it are served without
  }
}

base::Task<Reply> Connection::introduce_by(const Command& command) {
  auto reply = co_await call(command, open_deadline_);
  const auto answer = reply.value();
  // These come unasked, and take the place of whatever reply is expected.
  if (answer.is_error() &&
      (kind_of_reply(answer.text()) == ErrorKind::too_many_clients || answer.text().starts_with("DENIED")))
    throw Error(ErrorKind::unavailable, fmt::format("{} refuses: {}", endpoint_.text(), answer.text()));
  co_return reply;
}

base::Task<Reply> Connection::call(const Command& command, base::Monotonic deadline) {
  const auto initiate = [this](auto handler, const Command* command, base::Monotonic deadline) {
    using Handler = decltype(handler);
    auto waiter = std::make_shared<HandlerWaiter<Handler>>(std::move(handler), deadline);
    waiter->listen_for_cancellation();
    if (!in_time(deadline)) return fail(std::move(waiter), false);
    load_first(*command, deadline);
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
    if (!in_time(deadline)) return fail(std::move(caller), false);
    group->caller = std::move(caller);
    // All of them first: nothing may come between a command and the next (ASKING).
    for (const auto& command : commands) load_first(command, deadline);
    for (std::size_t index = 0; index < commands.size(); ++index)
      send(commands[index], std::make_shared<Part>(group, index, deadline));
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, ReplySignature>(initiate, asio::use_awaitable,
                                                                               commands, deadline);
  co_return std::move(group->replies);
}

// What comes too late is not sent: it would end the connection for all others.
bool Connection::in_time(base::Monotonic deadline) const {
  return state_ == State::open && clock_.monotonic_now() < deadline;
}

void Connection::load_first(const Command& command, base::Monotonic deadline) {
  const auto* script = command.script();
  if (!script) return;
  for (const auto& loaded : loaded_)
    if (loaded.script == script) return;
  loaded_.push_back({script, called_});
  const Command load("SCRIPT", "LOAD", script->body);
  send(load, std::make_shared<Loader>(*this, *script, deadline));
}

void Connection::send(const Command& command, std::shared_ptr<Waiter> waiter) {
  if (waiter->deadline < watched_until_) {
    watched_until_ = waiter->deadline;
    earlier_deadline_.notify();
  }
  command.append_to(out_);
  waiting_.push_back(std::move(waiter));
  ++unsent_;
  ++called_;
  if (!delivering_ && !std::exchange(writing_, true)) tasks_.spawn("redis commands", write_commands());
}

// Without the way through the reactor's queue, which would cost a look at the sockets first.
void Connection::write_at_once() {
  if (state_ != State::open || writing_ || out_.empty()) return;
  if (const auto written = transport_->try_write(out_); written > 0) {
    unsent_ = 0;
    begun_ = out_.substr(written);
    out_.clear();
  }
  if (begun_.empty() && out_.empty()) return;
  writing_ = true;
  tasks_.spawn("redis commands", write_commands());
}

base::Task<> Connection::write_commands() {
  std::string batch;
  try {
    // What else is ready to run may call as well: one write for all.
    co_await asio::post(executor_, asio::use_awaitable);
    // The rest of a command goes out whatever has become of the connection's use.
    batch = std::exchange(begun_, {});
    if (reads() && !batch.empty()) co_await transport_->write(batch);
    while (state_ == State::open && !out_.empty()) {
      batch.clear();
      std::swap(batch, out_);
      unsent_ = 0;
      co_await transport_->write(batch);
    }
    writing_ = false;
  } catch (const boost::system::system_error&) {
    // The reader meets the end of the connection too, and before it what the server had to say about it.
  }
}

base::Task<> Connection::read_replies() {
  std::vector<char> buffer(kReadBuffer);
  try {
    while (reads()) {
      const auto size = co_await transport_->read_some(asio::buffer(buffer));
      delivering_ = true;
      for (std::size_t at = 0; at < size; at += kParsedAtOnce)
        deliver_replies({buffer.data() + at, std::min(kParsedAtOnce, size - at)});
      delivering_ = false;
      write_at_once();
    }
  } catch (const boost::system::system_error& e) {
    const auto why = e.code().message();
    close(answered_ > 0 ? fmt::format("the connection to {} is lost: {}", endpoint_.text(), why)
                        : fmt::format("{} closes the connection before it answers: {}{}", endpoint_.text(),
                                      why, tls_hint()));
  } catch (const Error& e) {
    close(fmt::format("{} sends what is no answer of Redis: {}{}", endpoint_.text(), e.what(), tls_hint()));
  }
}

void Connection::deliver_replies(std::string_view bytes) {
  if (reads()) parser_.feed(bytes);
  while (reads()) {
    auto reply = parser_.next();
    if (!reply) break;
    deliver(std::move(*reply));
    if (out_.size() >= kPortion) write_at_once();
  }
}

void Connection::deliver(Reply reply) {
  const auto answer = reply.value();
  if (waiting_.size() <= unsent_) {
    if (!answer.is_error()) throw Error(ErrorKind::protocol, "a reply that nobody asked for");
    return close(fmt::format("{} refuses: {}", endpoint_.text(), answer.text()));
  }
  // All scripts are gone, except those whose SCRIPT LOAD came later.
  if (answer.is_error() && kind_of_reply(answer.text()) == ErrorKind::no_script)
    std::erase_if(loaded_, [this](const Loaded& loaded) { return loaded.number < answered_; });
  ++answered_;
  const auto waiter = std::move(waiting_.front());
  waiting_.pop_front();
  waiter->complete(nullptr, std::move(reply));
  if (state_ == State::retired && waiting_.empty()) close(close_reason_);
}

// The timer is not set anew for each command: it wakes at a deadline that was the next one once, and looks
// again.
base::Task<> Connection::watch_deadlines() {
  while (state_ != State::closed) {
    watched_until_ = next_deadline();
    if (watched_until_ <= clock_.monotonic_now())
      close(lateness());
    else
      co_await earlier_deadline_.wait_until(watched_until_);
  }
}

base::Monotonic Connection::next_deadline() const {
  auto next = open_deadline_;
  for (const auto& waiter : waiting_) next = std::min(next, waiter->deadline);
  return next;
}

std::string Connection::lateness() const {
  if (state_ == State::opening)
    return fmt::format("no connection to {} within {} ms: {}", endpoint_.text(),
                       options_.connect_timeout.count(), transport_->missing());
  if (answered_ == 0)
    return fmt::format("{} accepts the connection, but did not answer in time{}", endpoint_.text(),
                       tls_hint());
  return fmt::format("{} did not answer in time", endpoint_.text());
}

std::string_view Connection::tls_hint() const {
  return options_.tls ? "" : " (is this port for TLS? then rediss://)";
}

void Connection::retire(std::string reason) {
  if (state_ != State::open) return;
  state_ = State::retired;
  close_reason_ = std::move(reason);
  fail_unsent();
  if (waiting_.empty()) close(close_reason_);
}

void Connection::close(std::string reason) {
  if (state_ == State::closed) return;
  state_ = State::closed;
  if (close_reason_.empty()) close_reason_ = std::move(reason);
  if (transport_) transport_->close();
  earlier_deadline_.notify();
  fail_unsent();
  for (auto& waiter : waiting_) fail(std::move(waiter), true);
  waiting_.clear();
}

void Connection::fail_unsent() {
  const auto first = waiting_.end() - static_cast<std::ptrdiff_t>(unsent_);
  for (auto next = first; next != waiting_.end(); ++next) fail(std::move(*next), false);
  waiting_.erase(first, waiting_.end());
  out_.clear();
  unsent_ = 0;
}

// Later: a caller may not have begun to wait yet.
void Connection::fail(std::shared_ptr<Waiter> waiter, bool sent) {
  const auto why = state_ == State::open   ? endpoint_.text() + ": no time was left to send the command"
                   : close_reason_.empty() ? "not connected"
                                           : close_reason_;
  const Error error =
      sent ? Error(ErrorKind::outcome_unknown, why + "; whether the command was carried out is not known")
           : Error(ErrorKind::unavailable, why);
  asio::post(executor_, [waiter = std::move(waiter), error = std::make_exception_ptr(error)] {
    waiter->complete(error, {});
  });
}

}  // namespace watchbill::redis
