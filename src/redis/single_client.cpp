#include "redis/single_client.h"

#include "redis/retry.h"

namespace watchbill::redis {

SingleClient::SingleClient(base::asio::any_io_executor executor, const base::Clock& clock, Options options)
    : Client(clock, std::move(options)),
      sentinels_(executor, clock, options_),
      node_(
          executor, clock, options_, [this] { return locate(); },
          [this](Connection& connection) { return inspect(connection); }) {}

base::Task<> SingleClient::stop() {
  sentinels_.give_up();
  return node_.stop();
}

base::Task<Reply> SingleClient::call(const Command& command, base::Monotonic deadline) {
  std::optional<Error> failed;
  for (int attempt = 1;; ++attempt) {
    auto connection = node_.current();
    if (!connection || !connection->is_open()) connection = co_await connection_after(failed, deadline);
    try {
      auto reply = co_await connection->call(command, deadline);
      if (!reply.value().is_error()) co_return reply;
      failed = error_of(command, *connection, reply);
    } catch (const Error& error) {
      failed = error;
    }
    if (needs_new_connection(failed->kind())) connection->retire(failed->what());
    const auto pause = pause_after(failed->kind(), attempt);
    const auto next = clock_.monotonic_now() + pause;
    if (!is_passing(failed->kind()) || next >= deadline) throw *failed;
    if (pause.count() > 0) co_await node_.wait_for_change(next);
  }
}

// Without one until `deadline`, what the server answered before says more than that it is gone.
base::Task<std::shared_ptr<Connection>> SingleClient::connection_after(std::optional<Error> failed,
                                                                       base::Monotonic deadline) {
  try {
    co_return co_await node_.connection(deadline);
  } catch (const Error&) {
    if (failed && failed->kind() != ErrorKind::unavailable) throw *failed;
    throw;
  }
}

base::Task<std::vector<Reply>> SingleClient::call_together(std::span<const Command> commands,
                                                           base::Monotonic deadline) {
  const auto connection = co_await node_.connection(deadline);
  auto replies = co_await connection->call_together(commands, deadline);
  for (const auto& reply : replies)
    if (reply.value().is_error() && needs_new_connection(kind_of_reply(reply.value().text())))
      connection->retire(std::string(reply.value().text()));
  co_return replies;
}

base::Task<> SingleClient::wait_ready(base::Monotonic deadline) { co_await node_.connection(deadline); }

base::Task<Endpoint> SingleClient::locate() {
  if (options_.topology == Topology::sentinel) return sentinels_.master();
  return [](Endpoint endpoint) -> base::Task<Endpoint> { co_return endpoint; }(options_.endpoints.front());
}

base::Task<> SingleClient::inspect(Connection& connection) {
  if (options_.topology == Topology::sentinel)
    co_await require_master(connection, within(options_.connect_timeout));
}

}  // namespace watchbill::redis
