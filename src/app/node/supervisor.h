// Who started this process and wants to hear from it: systemd (Type=notify) and PM2 (wait_ready).
#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/event.h"
#include "base/service.h"
#include "base/task_group.h"
#include "base/time.h"

namespace watchbill::app {

// Says nothing where nobody listens. Reactor thread only.
//
// systemd: datagrams to NOTIFY_SOCKET, and WATCHDOG=1 twice within WATCHDOG_USEC, from the reactor: one that
// hangs is started again. See sd_notify(3).
// PM2: lines of JSON over the descriptor in NODE_CHANNEL_FD, as Node's child processes send them.
class Supervisor final : public base::Service {
 public:
  using Environment = std::map<std::string, std::string, std::less<>>;
  using Metrics = std::function<base::Task<std::optional<nlohmann::json>>()>;

  // `stop`: PM2 asks for it (shutdown_with_message). `metrics`: what `pm2 monit` shows, by name, now and
  // then.
  Supervisor(base::asio::any_io_executor executor, const base::Clock& clock, const Environment& environment,
             std::function<void()> stop, Metrics metrics);
  ~Supervisor() override;

  base::Task<> start() override;
  base::Task<> stop() override;

  void ready();
  void stopping();

 private:
  void notify(const std::string& state) const;
  void send(const nlohmann::json& message);
  base::Task<> feed_watchdog();
  base::Task<> listen();
  base::Task<> report();
  base::Task<> sleep(base::Millis time);

  const base::Clock& clock_;
  const std::string notify_socket_;
  std::optional<base::Millis> watchdog_;
  std::optional<base::asio::local::stream_protocol::socket> channel_;
  const std::function<void()> stop_;
  const Metrics metrics_;
  base::Event stop_asked_;
  base::TaskGroup tasks_;
  bool ended_ = false;
};

}  // namespace watchbill::app
