#include "redis/inquiry.h"

#include <algorithm>

#include "redis/error.h"

namespace watchbill::redis {

namespace {

Options options_for_questions(Options options) {
  options.database = 0;
  options.client_name.clear();
  // One that is away must not use up the time for the others.
  options.connect_timeout = std::min(options.connect_timeout, base::Millis(1000));
  return options;
}

}  // namespace

Inquiry::Inquiry(base::asio::any_io_executor executor, const base::Clock& clock, Options options,
                 std::optional<Credentials> credentials)
    : executor_(std::move(executor)),
      clock_(clock),
      options_(options_for_questions(std::move(options))),
      credentials_(std::move(credentials)) {}

base::Task<Inquiry::Answer> Inquiry::ask(std::vector<Endpoint> endpoints, Command question, Judge judge) {
  std::string problems;
  for (const auto& endpoint : endpoints) {
    if (given_up_) break;
    Connection connection(executor_, clock_, options_);
    asked_ = &connection;
    std::optional<Reply> reply;
    std::string problem;
    try {
      reply = co_await ask_one(connection, endpoint, question);
      problem = reply->value().is_error() ? std::string(reply->value().text()) : judge(reply->value());
      if (!problem.empty()) problem = endpoint.text() + ": " + problem;
    } catch (const std::exception& e) {
      problem = e.what();
    }
    asked_ = nullptr;
    connection.close("asked");
    co_await connection.join();
    if (problem.empty()) co_return Answer{std::move(*reply), endpoint};
    problems += "; " + problem;
  }
  throw Error(ErrorKind::unavailable, given_up_ ? "; stopped" : problems);
}

base::Task<Reply> Inquiry::ask_one(Connection& connection, Endpoint endpoint, const Command& question) {
  const auto deadline = clock_.monotonic_now() + options_.connect_timeout;
  co_await connection.open(std::move(endpoint), credentials_);
  co_return co_await connection.call(question, deadline);
}

void Inquiry::give_up() {
  given_up_ = true;
  if (asked_) asked_->close("stopped");
}

}  // namespace watchbill::redis
