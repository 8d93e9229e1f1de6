#include "probe/dns_client.h"

#include <sys/stat.h>

#include <boost/asio/post.hpp>

#include "base/log.h"

namespace watchbill::probe {

namespace {

// Changes with every replacement of the file.
std::int64_t fingerprint(const std::string& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) return 0;
  return info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec + static_cast<std::int64_t>(info.st_ino);
}

DnsAnswer too_many() {
  DnsAnswer answer;
  answer.problem = "too many names are being looked up";
  return answer;
}

}  // namespace

DnsClient::DnsClient(base::asio::any_io_executor executor, DnsServers servers)
    : executor_(std::move(executor)),
      servers_(std::move(servers)),
      configuration_(fingerprint(servers_.resolv_conf)),
      channel_(std::make_unique<DnsChannel>(executor_, servers_)),
      self_(std::make_shared<DnsClient*>(this)) {}

DnsClient::~DnsClient() { *self_ = nullptr; }

void DnsClient::reopen_if_changed() {
  if (!servers_.list.empty()) return;
  const auto now = fingerprint(servers_.resolv_conf);
  if (now == configuration_) return;
  configuration_ = now;
  try {
    auto fresh = std::make_unique<DnsChannel>(executor_, servers_);
    if (!channel_->idle()) draining_.push_back(std::move(channel_));
    channel_ = std::move(fresh);
  } catch (const std::exception& e) {
    // The old servers may still answer; the next change is another chance.
    base::log::warning("name servers not reloaded", {{"error", e.what()}});
  }
}

void DnsClient::lookup(const std::string& name, DnsChannel::Callback callback) {
  if (running_ == kMostLookups) return callback(too_many());
  reopen_if_changed();
  ++running_;
  channel_->lookup(name, [this, callback = std::move(callback)](DnsAnswer answer) {
    ended();
    callback(std::move(answer));
  });
}

// Later: this is called from inside the channel that may have become idle.
void DnsClient::ended() {
  --running_;
  if (draining_.empty()) return;
  base::asio::post(executor_, [self = self_] {
    if (*self) std::erase_if((*self)->draining_, [](const auto& channel) { return channel->idle(); });
  });
}

}  // namespace watchbill::probe
