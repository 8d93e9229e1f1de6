// One server: fixed, or the master that Sentinels name.
#pragma once

#include "redis/client.h"
#include "redis/node.h"
#include "redis/sentinel.h"

namespace watchbill::redis {

class SingleClient final : public Client {
 public:
  SingleClient(base::asio::any_io_executor executor, const base::Clock& clock, Options options);

  base::Task<> start() override { return node_.start(); }
  base::Task<> stop() override;

  using Client::call;
  using Client::call_together;
  base::Task<Reply> call(const Command& command, base::Monotonic deadline) override;
  base::Task<std::vector<Reply>> call_together(std::span<const Command> commands,
                                               base::Monotonic deadline) override;
  base::Task<> wait_ready(base::Monotonic deadline) override;
  void reconnect(std::string reason) override { node_.reconnect(std::move(reason)); }
  Status status() const override { return node_.status(); }

 private:
  base::Task<std::shared_ptr<Connection>> connection_after(std::optional<Error> failed,
                                                           base::Monotonic deadline);
  base::Task<Endpoint> locate();
  base::Task<> inspect(Connection& connection);

  Sentinels sentinels_;  // asked for that topology only
  Node node_;
};

}  // namespace watchbill::redis
