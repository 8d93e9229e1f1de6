#include "probe/target.h"

#include <fmt/format.h>

#include "probe/text.h"

namespace watchbill::probe {

namespace {

using domain::Cause;
using domain::Phase;

constexpr std::size_t kMostTried = 4;
// At save somebody waits for the answer.
constexpr std::chrono::seconds kLookupAtSave{3};

Failure blocked(std::string_view kind) {
  return {Cause::blocked, Phase::resolve, fmt::format("the target's address is not allowed ({})", kind)};
}

Failure unresolved(const Host& host, const DnsAnswer& answer, base::Millis limit) {
  if (answer.status == DnsAnswer::Status::not_found)
    return {Cause::name_not_found, Phase::resolve, printable(fmt::format("{} does not exist", host.ascii))};
  if (answer.problem.empty()) return timed_out(Phase::resolve, limit);
  return {Cause::resolver_failed, Phase::resolve,
          printable(fmt::format("the name servers cannot resolve {}: {}", host.ascii, answer.problem))};
}

}  // namespace

base::Task<std::variant<Addresses, Failure>> find_target(Surroundings& around, Host host,
                                                         base::Monotonic deadline) {
  Addresses addresses;
  if (host.address) {
    addresses.push_back(*host.address);
  } else {
    const auto now = around.clock.monotonic_now();
    const auto end = std::min(deadline, now + around.options.limits.resolve);
    auto answer = co_await around.resolver.resolve(host.ascii, end);
    if (answer.status != DnsAnswer::Status::found)
      co_return unresolved(host, answer, std::chrono::ceil<base::Millis>(end - now));
    addresses = std::move(answer.addresses);
  }
  for (const auto& address : addresses)
    if (const auto kind = around.guard.refusal(address)) co_return blocked(*kind);
  if (addresses.size() > kMostTried) addresses.resize(kMostTried);
  co_return addresses;
}

base::Task<std::vector<domain::ConfigError>> check_target(Surroundings& around, Host host, std::string path) {
  std::vector<domain::ConfigError> errors;
  const auto deadline = around.clock.monotonic_now() + kLookupAtSave;
  const auto target = co_await find_target(around, std::move(host), deadline);
  const auto* failure = std::get_if<Failure>(&target);
  if (failure && failure->cause == Cause::blocked)
    errors.push_back({std::move(path), "target_not_allowed", failure->detail});
  co_return errors;
}

bool says_more(const std::optional<Failure>& later, const Failure& earlier) {
  return !later || later->phase != Phase::connect ||
         domain::verdict_of(earlier.cause) == domain::Verdict::unknown;
}

std::optional<Failure> blame(std::optional<Failure> failure, const Spent& spent) {
  const bool over = failure && failure->cause == Cause::timeout && spent.total >= spent.limit;
  if (!over || !spent.resolving || *spent.resolving * 2 <= spent.limit) return failure;
  const auto resolving = std::chrono::floor<base::Millis>(*spent.resolving);
  return Failure{Cause::resolver_failed, Phase::resolve,
                 fmt::format("the name servers took {} of the {} that the check had", seconds(resolving),
                             seconds(spent.limit))};
}

base::Millis connect_share(base::Millis limit, base::Millis remaining, std::size_t left) {
  return std::min(limit, remaining / static_cast<base::Millis::rep>(left));
}

}  // namespace watchbill::probe
