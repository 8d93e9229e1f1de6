// What tests of the clients share: a reactor, a server, and callers that wait side by side.
#pragma once

#include <gmock/gmock.h>

#include <memory>

#include "base/task_group.h"
#include "redis/client.h"
#include "tests/support/reactor.h"
#include "tests/support/redis_server.h"

namespace watchbill::redis::testing {

// How one call ended.
struct Outcome {
  std::optional<Reply> reply;
  std::optional<Error> error;

  std::string text() const { return reply ? std::string(reply->value().text()) : "no reply"; }
};

inline base::Task<> note(base::Task<Reply> call, std::shared_ptr<std::optional<Outcome>> noted) {
  Outcome outcome;
  try {
    outcome.reply = co_await std::move(call);
  } catch (const Error& error) {
    outcome.error = error;
  }
  *noted = std::move(outcome);
}

// A call that runs while the test does something else.
class Pending {
 public:
  Pending(base::TaskGroup& callers, base::Task<Reply> call) {
    callers.spawn("caller", note(std::move(call), outcome_));
  }
  bool ended() const { return outcome_->has_value(); }
  const Outcome& outcome() const { return outcome_->value(); }

 private:
  std::shared_ptr<std::optional<Outcome>> outcome_ = std::make_shared<std::optional<Outcome>>();
};

class RedisFixture : public ::testing::Test {
 protected:
  ~RedisFixture() override {
    if (client_) reactor_.run(client_->stop());
    reactor_.run(callers_.join());
  }

  // The client under test, started; not yet connected.
  Client& use(Options options) {
    client_ = make_client(reactor_.executor(), clock_, std::move(options));
    reactor_.run(client_->start());
    return *client_;
  }
  Client& use(const std::string& url) { return use(parse_url(url)); }
  void wait_ready() { reactor_.run(client_->wait_ready(within(10000))); }

  base::Monotonic within(int ms) const { return clock_.monotonic_now() + base::Millis(ms); }

  Reply call(const Command& command, int ms = 10000) {
    return reactor_.run(client_->call(command, within(ms)));
  }
  std::int64_t number(const Command& command, int ms = 10000) {
    const auto reply = call(command, ms);
    return reply.value().integer(-1);
  }
  template <class... Arguments>
  std::string ask(std::string_view name, const Arguments&... arguments) {
    const Command command(name, arguments...);
    const auto reply = call(command);
    return reply.value().is_integer() ? std::to_string(reply.value().integer())
                                      : std::string(reply.value().text());
  }
  // The Error that the command must end with.
  Error refusal(const Command& command, int ms = 10000) {
    try {
      call(command, ms);
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << command.name() << " succeeds";
    return {ErrorKind::other, "none"};
  }
  // `command` must live until then.
  Pending begin(const Command& command, int ms = 10000) {
    return {callers_, client_->call(command, within(ms))};
  }
  const Outcome& end(const Pending& pending) {
    reactor_.run_until([&] { return pending.ended(); });
    return pending.outcome();
  }
  // Why there is no connection, once that is known.
  std::string problem() {
    reactor_.run_until([this] { return client_->status().problem.find(" yet") == std::string::npos; });
    return client_->status().problem;
  }

  base::SystemClock clock_;
  support::Reactor reactor_;
  base::TaskGroup callers_{reactor_.executor()};
  std::unique_ptr<Client> client_;
};

}  // namespace watchbill::redis::testing
