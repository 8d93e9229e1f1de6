// Asks name servers, those of the system as they are configured at the moment.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/task.h"
#include "probe/dns_channel.h"

namespace watchbill::probe {

// Reactor thread only.
class DnsClient {
 public:
  // More at a time are refused: what is asked for faster than it is answered only piles up.
  static constexpr std::size_t kMostLookups = 2000;

  // Throws std::runtime_error when there is no using `servers`.
  DnsClient(base::asio::any_io_executor executor, DnsServers servers);
  // Drops the callbacks of unfinished lookups.
  ~DnsClient();
  DnsClient(const DnsClient&) = delete;
  DnsClient& operator=(const DnsClient&) = delete;

  // As DnsChannel::lookup(). A changed resolv.conf counts from the next lookup on; what is under way stays
  // with the servers that it was begun with.
  void lookup(const std::string& name, DnsChannel::Callback callback);

  std::size_t running() const { return running_; }

 private:
  void reopen_if_changed();
  void ended();

  base::asio::any_io_executor executor_;
  const DnsServers servers_;
  std::int64_t configuration_ = 0;  // which resolv.conf channel_ was made from
  std::size_t running_ = 0;
  std::unique_ptr<DnsChannel> channel_;
  std::vector<std::unique_ptr<DnsChannel>> draining_;
  std::shared_ptr<DnsClient*> self_;  // emptied when this is destroyed, for handlers that come later
};

}  // namespace watchbill::probe
