#include "redis/single_client.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "redis/retry.h"
#include "redis/sentinel.h"

namespace watchbill::redis {

namespace asio = base::asio;

SingleClient::SingleClient(asio::any_io_executor executor, const base::Clock& clock, Options options)
    : Client(clock, std::move(options)),
      executor_(executor),
      node_(
          executor, clock, options_, [this] { return locate(); },
          [this](Connection& connection) { return inspect(connection); }) {}

base::Task<Reply> SingleClient::call(const Command& command, base::Monotonic deadline) {
  for (;;) {
    auto connection = node_.current();
    if (!connection || !connection->is_open()) connection = co_await node_.connection(deadline);
    std::optional<Error> failed;
    try {
      auto reply = co_await connection->call(command, deadline);
      if (!reply.value().is_error()) co_return reply;
      failed = error_of(command, reply);
    } catch (const Error& error) {
      failed = error;
    }
    if (failed->kind() == ErrorKind::no_script && command.script()) connection->forget(*command.script());
    if (needs_new_connection(failed->kind())) node_.reconnect(failed->what());
    if (!is_passing(failed->kind()) || clock_.monotonic_now() >= deadline) throw *failed;
    if (const auto pause = pause_after(failed->kind()); pause.count() > 0) {
      asio::steady_timer timer(executor_, std::min(deadline, clock_.monotonic_now() + pause));
      co_await timer.async_wait(asio::use_awaitable);
    }
  }
}

base::Task<std::vector<Reply>> SingleClient::call_together(std::span<const Command> commands,
                                                           base::Monotonic deadline) {
  const auto connection = co_await node_.connection(deadline);
  co_return co_await connection->call_together(commands, deadline);
}

base::Task<> SingleClient::wait_ready(base::Monotonic deadline) { co_await node_.connection(deadline); }

base::Task<Endpoint> SingleClient::locate() {
  if (options_.topology == Topology::sentinel) return ask_sentinels(executor_, clock_, options_);
  return [](Endpoint endpoint) -> base::Task<Endpoint> { co_return endpoint; }(options_.endpoints.front());
}

base::Task<> SingleClient::inspect(Connection& connection) {
  if (options_.topology == Topology::sentinel)
    co_await require_master(connection, within(options_.connect_timeout));
}

}  // namespace watchbill::redis
