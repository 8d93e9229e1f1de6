// A question to servers of which any may answer: Sentinels, nodes of a cluster.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "redis/connection.h"
#include "redis/options.h"

namespace watchbill::redis {

// Reactor thread only. One ask() at a time.
class Inquiry {
 public:
  // What an answer is worth: empty, or what is wrong with it.
  using Judge = std::function<std::string(Value answer)>;
  struct Answer {
    Reply reply;
    Endpoint from;
  };

  // `options` is for connections to those who are asked, with `credentials`.
  Inquiry(base::asio::any_io_executor executor, const base::Clock& clock, Options options,
          std::optional<Credentials> credentials);

  // Asks one after the other, each over a connection of its own, until an answer suits. Throws Error
  // (unavailable) that tells what was wrong with each of them, behind "; ".
  base::Task<Answer> ask(std::vector<Endpoint> endpoints, Command question, Judge judge);

  // For good: ask() throws at once, also the one that is under way.
  void give_up();

 private:
  base::Task<Reply> ask_one(Connection& connection, Endpoint endpoint, const Command& question);

  base::asio::any_io_executor executor_;
  const base::Clock& clock_;
  const Options options_;
  const std::optional<Credentials> credentials_;
  Connection* asked_ = nullptr;
  bool given_up_ = false;
};

}  // namespace watchbill::redis
