#include "redis/transaction.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <set>

#include "redis/retry.h"

namespace watchbill::redis {

namespace asio = base::asio;

namespace {

class Transaction {
 public:
  explicit Transaction(std::vector<Command> commands)
      : key_(commands.front().routing_key()), commands_(std::move(commands)) {
    commands_.insert(commands_.begin(), framing("MULTI"));
    commands_.push_back(framing("EXEC"));
  }

  const std::vector<Command>& commands() const { return commands_; }

  // In front of MULTI; the connection takes them for loaded.
  void load_scripts() {
    if (multi_ > 0) return;
    std::set<std::string_view> bodies;
    for (const auto& command : commands_)
      if (command.script()) bodies.insert(command.script()->body);
    std::vector<Command> loads;
    for (const auto body : bodies) loads.push_back(Command("SCRIPT", "LOAD", body).route_by(key_));
    multi_ = loads.size();
    commands_.insert(commands_.begin(), loads.begin(), loads.end());
  }

  // What kept it, or one of its commands, from being carried out. A refused command makes EXEC fail too; it
  // says more.
  std::optional<Error> problem(const std::vector<Reply>& replies) const {
    for (std::size_t at = 0; at < replies.size(); ++at)
      if (const auto reply = replies[at].value(); reply.is_error())
        return error_of(commands_[at], reply.text());
    const auto results = replies.back().value();
    if (results.size() != replies.size() - multi_ - 2)
      return Error(ErrorKind::protocol, "EXEC does not answer every command");
    for (std::size_t at = 0; at < results.size(); ++at)
      if (results[at].is_error()) return failed_inside(commands_[multi_ + 1 + at], results[at].text());
    return std::nullopt;
  }

 private:
  Command framing(std::string_view name) const { return Command(name).route_by(key_); }

  static Error failed_inside(const Command& command, std::string_view text) {
    const auto kind = kind_of_reply(text);
    const bool nothing_done = kind == ErrorKind::no_script || kind == ErrorKind::read_only;
    return {nothing_done ? kind : ErrorKind::other, fmt::format("{}: {}", command.name(), text)};
  }

  const std::string key_;
  std::vector<Command> commands_;
  std::size_t multi_ = 0;  // its place
};

}  // namespace

base::Task<Reply> call_transaction(Client& client, std::vector<Command> commands, base::Monotonic deadline) {
  if (commands.empty()) co_return Reply();
  Transaction transaction(std::move(commands));
  for (int attempt = 0;; ++attempt) {
    std::optional<Error> failed;
    try {
      auto replies = co_await client.call_together(transaction.commands(), deadline);
      failed = transaction.problem(replies);
      if (!failed) co_return std::move(replies.back());
    } catch (const Error& error) {
      failed = error;
    }
    if (failed->kind() == ErrorKind::no_script) transaction.load_scripts();
    if (needs_new_connection(failed->kind())) client.reconnect(failed->what());
    const auto now = client.within(base::Millis(0));
    if (!is_passing(failed->kind()) || now >= deadline) throw *failed;
    if (const auto pause = pause_after(failed->kind(), attempt); pause.count() > 0) {
      asio::steady_timer timer(co_await asio::this_coro::executor, std::min(deadline, now + pause));
      co_await timer.async_wait(asio::use_awaitable);
    }
  }
}

}  // namespace watchbill::redis
