#include "redis/cluster_client.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "redis/retry.h"

namespace watchbill::redis {

namespace log = base::log;

namespace {

// A master that is away for so long may have been replaced.
constexpr base::Millis kPatience{250};
constexpr base::Millis kBetweenTables{100};

// Whether another table may help.
bool speaks_of_table(ErrorKind kind) {
  return kind == ErrorKind::moved || kind == ErrorKind::cluster_down || kind == ErrorKind::unavailable ||
         kind == ErrorKind::outcome_unknown || kind == ErrorKind::read_only || kind == ErrorKind::loading;
}

base::Task<Endpoint> always(Endpoint endpoint) { co_return endpoint; }

// The next command alone may use a slot that is still being moved to that node.
base::Task<Reply> call_asking(Connection& connection, const Command& command, base::Monotonic deadline) {
  const Command both[] = {Command("ASKING"), command};
  auto replies = co_await connection.call_together(both, deadline);
  co_return std::move(replies.back());
}

}  // namespace

ClusterClient::Master::Master(Endpoint at, const ClusterClient& client)
    : endpoint(std::move(at)),
      node(client.executor_, client.clock_, client.options_, [this] { return always(endpoint); }) {}

ClusterClient::ClusterClient(base::asio::any_io_executor executor, const base::Clock& clock, Options options)
    : Client(clock, std::move(options)),
      executor_(executor),
      inquiry_(executor, clock, options_, options_.credentials),
      wanted_(executor),
      changed_(executor),
      tasks_(executor) {}

base::Task<> ClusterClient::start() {
  problem_ = "not connected to " + options_.describe() + " yet";
  tasks_.spawn("redis cluster", keep_table());
  co_return;
}

base::Task<> ClusterClient::stop() {
  stopping_ = true;
  problem_ = "stopped";
  inquiry_.give_up();
  wanted_.notify();
  changed_.notify();
  auto masters = leaving_;
  for (const auto& [endpoint, master] : masters_) masters.push_back(master);
  for (const auto& master : masters) co_await master->node.stop();
  co_await tasks_.join();
}

void ClusterClient::want_table() {
  table_is_wanted_ = true;
  wanted_.notify();
}

base::Task<> ClusterClient::keep_table() {
  while (!stopping_) {
    if (!table_is_wanted_) {
      co_await wanted_.wait();
      continue;
    }
    table_is_wanted_ = false;
    try {
      const auto table = co_await ask_for_table();
      if (!stopping_) apply(table);
    } catch (const Error& error) {
      table_is_wanted_ = true;
      if (!stopping_ && error.what() != problem_)
        log::warning("no way into the cluster", {{"error", error.what()}});
      if (!stopping_) problem_ = error.what();
    }
    changed_.notify();
    const auto next = clock_.monotonic_now() + kBetweenTables;
    while (!stopping_ && clock_.monotonic_now() < next) co_await wanted_.wait_until(next);
  }
}

base::Task<SlotTable> ClusterClient::ask_for_table() {
  auto nodes = nodes_;
  for (const auto& endpoint : options_.endpoints)
    if (std::find(nodes.begin(), nodes.end(), endpoint) == nodes.end()) nodes.push_back(endpoint);
  // Another one each time: the one asked last may be the one that knows less than the others.
  std::shuffle(nodes.begin(), nodes.end(), random_);
  const Command question("CLUSTER", "SLOTS");
  const auto judge = [](Value answer) {
    return std::string(slot_table_of(answer, {}).ranges.empty() ? "it knows of no master" : "");
  };
  try {
    const auto answer = co_await inquiry_.ask(nodes, question, judge);
    co_return slot_table_of(answer.reply.value(), answer.from);
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("no node of the cluster tells who serves what{}", error.what()));
  }
}

void ClusterClient::apply(const SlotTable& table) {
  auto before = std::exchange(masters_, {});
  slots_.fill(nullptr);
  for (const auto& range : table.ranges) {
    if (const auto known = before.extract(range.master)) masters_[range.master] = known.mapped();
    const auto master = master_at(range.master);
    std::fill(slots_.begin() + range.first, slots_.begin() + range.last + 1, master);
  }
  for (const auto& [endpoint, master] : before) {
    leaving_.push_back(master);
    tasks_.spawn("redis node leaves", leave(master));
  }
  nodes_ = table.nodes;
  problem_.clear();
}

ClusterClient::MasterPtr ClusterClient::master_at(const Endpoint& endpoint) {
  auto& master = masters_[endpoint];
  if (!master) {
    master = std::make_shared<Master>(endpoint, *this);
    tasks_.spawn("redis node starts", master->node.start());
  }
  return master;
}

base::Task<> ClusterClient::leave(MasterPtr master) {
  if (const auto connection = master->node.current()) {
    connection->retire(master->endpoint.text() + " serves no slots any more");
    co_await connection->join();
  }
  co_await master->node.stop();
  std::erase(leaving_, master);
}

base::Task<> ClusterClient::wait_for_table(base::Monotonic deadline) {
  if (stopping_ || clock_.monotonic_now() >= deadline)
    throw Error(ErrorKind::unavailable, problem_.empty() ? "no master serves the slot" : problem_);
  want_table();
  co_await changed_.wait_until(deadline);
}

base::Task<ClusterClient::MasterPtr> ClusterClient::master_of(std::uint16_t slot, base::Monotonic deadline) {
  while (!slots_[slot] || stopping_) co_await wait_for_table(deadline);
  co_return slots_[slot];
}

base::Task<ClusterClient::MasterPtr> ClusterClient::master_of_all(std::span<const Command> commands,
                                                                  base::Monotonic deadline) {
  MasterPtr all;
  for (const auto& command : commands) {
    const auto master = co_await master_of(slot_of(command.routing_key()), deadline);
    if (all && all != master)
      throw Error(
          ErrorKind::cross_slot,
          fmt::format("{} and {} belong to different nodes of the cluster: what is called together must "
                      "have keys with the same {{hash tag}}",
                      commands.front().name(), command.name()));
    all = master;
  }
  co_return all;
}

// Null when it is not to be had so soon: look again who serves the slot.
base::Task<std::shared_ptr<Connection>> ClusterClient::connection_to(MasterPtr master,
                                                                     base::Monotonic deadline) {
  try {
    co_return co_await master->node.connection(std::min(deadline, clock_.monotonic_now() + kPatience));
  } catch (const Error& error) {
    if (stopping_ || clock_.monotonic_now() >= deadline) throw;
  }
  co_await wait_for_table(deadline);
  co_return nullptr;
}

void ClusterClient::learn(std::string_view error, const Master& from) {
  const auto kind = kind_of_reply(error);
  if (speaks_of_table(kind)) want_table();
  if (kind != ErrorKind::moved || stopping_) return;
  if (const auto moved = redirection_of(error, from.endpoint)) slots_[moved->slot] = master_at(moved->to);
}

base::Task<> ClusterClient::pause(ErrorKind kind, int attempt) {
  const auto next = clock_.monotonic_now() + pause_after(kind, attempt);
  while (!stopping_ && clock_.monotonic_now() < next) co_await changed_.wait_until(next);
}

base::Task<Reply> ClusterClient::call(const Command& command, base::Monotonic deadline) {
  const auto slot = slot_of(command.routing_key());
  std::optional<Redirection> asks;
  for (int attempt = 1;; ++attempt) {
    auto master = asks && !stopping_ ? master_at(asks->to) : slots_[slot];
    if (!master) master = co_await master_of(slot, deadline);
    auto connection = master->node.current();
    if (!connection || !connection->is_open()) connection = co_await connection_to(master, deadline);
    if (!connection) {
      asks.reset();
      continue;
    }
    std::optional<Error> failed;
    try {
      const bool asking = std::exchange(asks, std::nullopt).has_value();
      // Not co_await in both branches: g++ 12 destroys what the other one would have made.
      auto attempted =
          asking ? call_asking(*connection, command, deadline) : connection->call(command, deadline);
      auto reply = co_await std::move(attempted);
      const auto answer = reply.value();
      if (!answer.is_error()) co_return reply;
      failed = error_of(command, *connection, reply);
      learn(answer.text(), *master);
      if (failed->kind() == ErrorKind::ask) asks = redirection_of(answer.text(), master->endpoint);
    } catch (const Error& error) {
      failed = error;
      want_table();
    }
    if (needs_new_connection(failed->kind())) connection->retire(failed->what());
    if (!is_passing(failed->kind()) ||
        clock_.monotonic_now() + pause_after(failed->kind(), attempt) >= deadline)
      throw *failed;
    co_await pause(failed->kind(), attempt);
  }
}

base::Task<std::vector<Reply>> ClusterClient::call_together(std::span<const Command> commands,
                                                            base::Monotonic deadline) {
  if (commands.empty()) co_return std::vector<Reply>();
  MasterPtr master;
  std::shared_ptr<Connection> connection;
  while (!connection) {
    master = co_await master_of_all(commands, deadline);
    connection = co_await connection_to(master, deadline);
  }
  auto replies = co_await connection->call_together(commands, deadline);
  for (const auto& reply : replies)
    if (const auto answer = reply.value(); answer.is_error()) learn(answer.text(), *master);
  co_return replies;
}

base::Task<> ClusterClient::wait_ready(base::Monotonic deadline) {
  for (std::size_t turn = 0;; ++turn) {
    while (masters_.empty() || stopping_) co_await wait_for_table(deadline);
    const auto master =
        std::next(masters_.begin(), static_cast<std::ptrdiff_t>(turn % masters_.size()))->second;
    const auto connection = co_await connection_to(master, deadline);
    if (connection) co_return;
  }
}

void ClusterClient::reconnect(std::string reason) {
  for (const auto& [endpoint, master] : masters_) master->node.reconnect(reason);
  want_table();
}

Status ClusterClient::status() const {
  Status status{.connected = !masters_.empty() && !stopping_, .problem = problem_};
  for (const auto& [endpoint, master] : masters_) {
    const auto node = master->node.status();
    status.connects += node.connects;
    if (node.connected || !status.connected) continue;
    status.connected = false;
    status.problem = node.problem;
  }
  if (status.connected) status.problem.clear();
  return status;
}

}  // namespace watchbill::redis
