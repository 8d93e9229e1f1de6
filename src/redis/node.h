// The connection to one server, made anew for as long as the node lives.
#pragma once

#include <functional>
#include <memory>

#include "base/service.h"
#include "redis/client.h"
#include "redis/connection.h"
#include "redis/outage.h"

namespace watchbill::redis {

// Reactor thread only.
class Node final : public base::Service {
 public:
  // Where the server is now: fixed, or asked of Sentinels. Throws Error.
  using Locate = std::function<base::Task<Endpoint>()>;
  // Judges a fresh connection (its role); throws Error to refuse it.
  using Inspect = std::function<base::Task<>(Connection&)>;

  Node(base::asio::any_io_executor executor, const base::Clock& clock, const Options& options, Locate locate,
       Inspect inspect = {});

  base::Task<> start() override;
  base::Task<> stop() override;

  // The open connection; waits for one until `deadline`, then throws what kept it from there.
  base::Task<std::shared_ptr<Connection>> connection(base::Monotonic deadline);
  // The open connection if there is one.
  const std::shared_ptr<Connection>& current() const { return current_; }

  // Closes the connection; the next one is made at once.
  void reconnect(std::string reason);

  // Until the connection comes or goes, or `at`.
  base::Task<> wait_for_change(base::Monotonic at) { return changed_.wait_until(at); }

  Status status() const;

 private:
  base::Task<> stay_connected();
  base::Task<> connect();
  void report(const Error& error);
  const std::string& problem() const;

  base::asio::any_io_executor executor_;
  const base::Clock& clock_;
  const Options& options_;
  const Locate locate_;
  const Inspect inspect_;
  std::shared_ptr<Connection> current_;
  std::shared_ptr<Connection> opening_;
  ErrorKind problem_kind_ = ErrorKind::unavailable;
  std::string problem_ = "not started";
  Outage::Share outage_;
  std::size_t connects_ = 0;
  bool stopping_ = false;
  bool hurry_ = false;  // no pause before the next attempt
  base::Event changed_;
  base::Event retry_now_;
  base::TaskGroup tasks_;
};

}  // namespace watchbill::redis
