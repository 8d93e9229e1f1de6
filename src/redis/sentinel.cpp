#include "redis/sentinel.h"

#include <fmt/format.h>

#include <algorithm>

#include "redis/error.h"

namespace watchbill::redis {

Sentinels::Sentinels(base::asio::any_io_executor executor, const base::Clock& clock, const Options& options)
    : options_(options),
      endpoints_(options.endpoints),
      inquiry_(std::move(executor), clock, options, options.sentinel_credentials) {}

base::Task<Endpoint> Sentinels::master() {
  const Command question("SENTINEL", "get-master-addr-by-name", options_.master);
  const auto judge = [](Value answer) {
    return std::string(answer.size() == 2 ? "" : "it does not know it");
  };
  try {
    const auto answer = co_await inquiry_.ask(endpoints_, question, judge);
    std::stable_partition(endpoints_.begin(), endpoints_.end(),
                          [&](const Endpoint& endpoint) { return endpoint == answer.from; });
    const auto address = answer.reply.value();
    co_return Endpoint{std::string(address[0].text()), static_cast<std::uint16_t>(address[1].integer())};
  } catch (const Error& error) {
    throw Error(error.kind(),
                fmt::format("no sentinel names the master \"{}\"{}", options_.master, error.what()));
  }
}

base::Task<> require_master(Connection& connection, base::Monotonic deadline) {
  const Command role("ROLE");
  const auto reply = co_await connection.call(role, deadline);
  const auto answer = reply.value();
  if (answer[0].text() == "master") co_return;
  throw Error(ErrorKind::read_only, fmt::format("the sentinels name a server that is not a master but \"{}\"",
                                                answer.is_error() ? answer.text() : answer[0].text()));
}

}  // namespace watchbill::redis
