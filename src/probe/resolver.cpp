#include "probe/resolver.h"

namespace watchbill::probe {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostNames = 10'000;
constexpr std::chrono::seconds kLongestTtl = 1h;
constexpr std::chrono::seconds kNegativeTtl = 5s;

bool is_localhost(std::string_view name) { return name == "localhost" || name.ends_with(".localhost"); }

DnsAnswer loopback() {
  DnsAnswer answer;
  answer.status = DnsAnswer::Status::found;
  answer.addresses.push_back(boost::asio::ip::address_v4::loopback());
  return answer;
}

}  // namespace

Resolver::Resolver(base::asio::any_io_executor executor, const base::Clock& clock, DnsServers servers)
    : executor_(executor), clock_(clock), client_(std::move(executor), std::move(servers)) {}

base::Task<DnsAnswer> Resolver::resolve(std::string name, base::Monotonic deadline) {
  if (is_localhost(name)) co_return loopback();
  if (const auto* known = find_cached(name)) co_return *known;
  const auto running = running_.find(name);
  const auto lookup = running != running_.end() ? running->second : start_lookup(name);
  while (!lookup->answer && clock_.monotonic_now() < deadline) co_await lookup->done.wait_until(deadline);
  co_return lookup->answer.value_or(DnsAnswer{});
}

std::shared_ptr<Resolver::Lookup> Resolver::start_lookup(const std::string& name) {
  const auto lookup = std::make_shared<Lookup>(executor_);
  running_.emplace(name, lookup);
  client_.lookup(name, [this, name, lookup](DnsAnswer answer) {
    remember(name, answer);
    running_.erase(name);
    lookup->answer = std::move(answer);
    lookup->done.notify();
  });
  return lookup;
}

const DnsAnswer* Resolver::find_cached(const std::string& name) {
  const auto found = cache_.find(name);
  if (found == cache_.end()) return nullptr;
  const auto entry = found->second;
  if (clock_.monotonic_now() < entry->expires) return &entry->answer;
  forget(entry);
  return nullptr;
}

void Resolver::forget(std::list<Entry>::iterator entry) {
  cache_.erase(entry->name);
  by_age_.erase(entry);
}

void Resolver::remember(const std::string& name, const DnsAnswer& answer) {
  if (answer.status == DnsAnswer::Status::failed) return;
  const auto ttl =
      answer.status == DnsAnswer::Status::found ? std::min(answer.ttl, kLongestTtl) : kNegativeTtl;
  if (ttl == 0s) return;
  if (by_age_.size() == kMostNames) forget(by_age_.begin());
  by_age_.push_back({name, answer, clock_.monotonic_now() + ttl});
  cache_[by_age_.back().name] = std::prev(by_age_.end());
}

}  // namespace watchbill::probe
