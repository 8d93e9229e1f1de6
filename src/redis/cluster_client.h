// Redis Cluster: a connection to each master, commands to the one that serves their slot.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <random>

#include "redis/client.h"
#include "redis/inquiry.h"
#include "redis/node.h"
#include "redis/slot.h"

namespace watchbill::redis {

// A command goes where its routing key belongs; the server refuses it when its other keys belong elsewhere.
class ClusterClient final : public Client {
 public:
  ClusterClient(base::asio::any_io_executor executor, const base::Clock& clock, Options options);

  base::Task<> start() override;
  base::Task<> stop() override;

  using Client::call;
  using Client::call_together;
  base::Task<Reply> call(const Command& command, base::Monotonic deadline) override;
  // Throws Error (cross_slot) for commands of several nodes.
  base::Task<std::vector<Reply>> call_together(std::span<const Command> commands,
                                               base::Monotonic deadline) override;
  // Returns when the slots are known and a master is connected.
  base::Task<> wait_ready(base::Monotonic deadline) override;
  void reconnect(std::string reason) override;
  // Connected: to all masters.
  Status status() const override;

 private:
  struct Master {
    Master(Endpoint at, const ClusterClient& client);
    const Endpoint endpoint;
    Node node;
  };
  using MasterPtr = std::shared_ptr<Master>;

  base::Task<> keep_table();
  base::Task<SlotTable> ask_for_table();
  void want_table();
  void apply(const SlotTable& table);
  MasterPtr master_at(const Endpoint& endpoint);
  base::Task<> leave(MasterPtr master);

  base::Task<> wait_for_table(base::Monotonic deadline);
  base::Task<MasterPtr> master_of(std::uint16_t slot, base::Monotonic deadline);
  base::Task<MasterPtr> master_of_all(std::span<const Command> commands, base::Monotonic deadline);
  base::Task<std::shared_ptr<Connection>> connection_to(MasterPtr master, base::Monotonic deadline);
  void learn(std::string_view error, const Master& from);
  base::Task<> pause(ErrorKind kind, int attempt);

  base::asio::any_io_executor executor_;
  Inquiry inquiry_;
  std::map<Endpoint, MasterPtr> masters_;
  std::vector<MasterPtr> leaving_;  // that serve nothing any more
  std::array<MasterPtr, kSlots> slots_;
  std::vector<Endpoint> nodes_;  // that may be asked for the table
  std::minstd_rand random_{std::random_device{}()};
  std::string problem_ = "not started";
  bool table_is_wanted_ = true;
  bool stopping_ = false;
  base::Event wanted_;
  base::Event changed_;  // of the table
  base::TaskGroup tasks_;
};

}  // namespace watchbill::redis
