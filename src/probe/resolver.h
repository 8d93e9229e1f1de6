// Names to addresses, for all users: cached by TTL, one lookup at a time per name.
#pragma once

#include <chrono>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/event.h"
#include "base/task.h"
#include "base/time.h"
#include "probe/dns_client.h"

namespace watchbill::probe {

// Reactor thread only. Every resolve() must have ended before destruction.
class Resolver {
 public:
  Resolver(base::asio::any_io_executor executor, const base::Clock& clock, DnsServers servers);

  // Callers who ask for a name that is being looked up share the answer. Addresses are remembered for their
  // TTL (an hour at most), "does not exist" for five seconds, a failure not at all, nor
  // what was found while one family's addresses could not be asked for. At `deadline` the status
  // is `failed` and `problem` empty; the lookup goes on for the cache.
  // "localhost" is 127.0.0.1 without asking anybody (RFC 6761).
  base::Task<DnsAnswer> resolve(std::string name, base::Monotonic deadline);

  std::size_t cached() const { return by_age_.size(); }

 private:
  struct Entry {
    std::string name;
    DnsAnswer answer;
    base::Monotonic expires;
  };
  struct Lookup {
    explicit Lookup(base::asio::any_io_executor executor) : done(std::move(executor)) {}
    std::optional<DnsAnswer> answer;
    base::Event done;
  };

  const DnsAnswer* find_cached(const std::string& name);
  void forget(std::list<Entry>::iterator entry);
  void remember(const std::string& name, const DnsAnswer& answer);
  std::shared_ptr<Lookup> start_lookup(const std::string& name);

  base::asio::any_io_executor executor_;
  const base::Clock& clock_;
  std::list<Entry> by_age_;                                                 // oldest first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> cache_;  // keys lie in by_age_
  std::unordered_map<std::string, std::shared_ptr<Lookup>> running_;
  DnsClient client_;  // last: its callbacks use the others
};

}  // namespace watchbill::probe
