#include "redis/sentinel.h"

#include <fmt/format.h>

#include "redis/error.h"

namespace watchbill::redis {

namespace {

Options options_for_sentinels(const Options& options) {
  auto sentinel = options;
  sentinel.database = 0;
  sentinel.client_name.clear();
  // One that is away must not use up the time for the others.
  sentinel.connect_timeout = std::min(options.connect_timeout, base::Millis(1000));
  return sentinel;
}

base::Task<Reply> ask(Connection& sentinel, const Options& options, Endpoint endpoint,
                      base::Monotonic deadline) {
  co_await sentinel.open(std::move(endpoint), options.sentinel_credentials);
  const Command question("SENTINEL", "get-master-addr-by-name", options.master);
  co_return co_await sentinel.call(question, deadline);
}

}  // namespace

base::Task<Endpoint> ask_sentinels(base::asio::any_io_executor executor, const base::Clock& clock,
                                   const Options& options) {
  const auto sentinel_options = options_for_sentinels(options);
  std::string problems;
  for (const auto& endpoint : options.endpoints) {
    Connection sentinel(executor, clock, sentinel_options);
    std::optional<Endpoint> master;
    try {
      const auto deadline = clock.monotonic_now() + sentinel_options.connect_timeout;
      const auto reply = co_await ask(sentinel, options, endpoint, deadline);
      const auto answer = reply.value();
      if (answer.size() == 2)
        master = Endpoint{std::string(answer[0].text()), static_cast<std::uint16_t>(answer[1].integer())};
      else if (answer.is_error())
        problems += fmt::format("; {}: {}", endpoint.text(), answer.text());
      else
        problems += fmt::format("; {} does not know it", endpoint.text());
    } catch (const Error& error) {
      problems += fmt::format("; {}", error.what());
    }
    sentinel.close("asked");
    co_await sentinel.join();
    if (master) co_return *master;
  }
  throw Error(ErrorKind::unavailable,
              fmt::format("no sentinel names the master \"{}\"{}", options.master, problems));
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
