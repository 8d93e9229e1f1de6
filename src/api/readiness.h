// Whether the server can do its work, for anybody who asks.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/slots.h"
#include "base/task.h"
#include "base/task_group.h"
#include "base/time.h"

namespace watchbill::api {

struct Services;

// Reactor thread only; not destroyed while somebody looks.
class Readiness {
 public:
  // One of the checks commits a write, and asking is free: all who ask within this time get one answer.
  static constexpr base::Millis kFresh{1000};
  // What has not answered by then fails; it is not asked again before it did.
  static constexpr base::Millis kPatience{2000};

  struct State {
    bool ready = false;
    bool degraded = false;  // ready, but rounds do not go through the queue, or do not start
    nlohmann::json checks;  // Check in the API's description
  };

  explicit Readiness(base::asio::any_io_executor executor)
      : executor_(executor), looking_(executor, 1), tasks_(executor) {}

  base::Task<State> look(const Services& services);
  // Waits for checks that still wait for an answer.
  base::Task<> stop() { return tasks_.join(); }

 private:
  struct Running;

  std::shared_ptr<Running> begin(const Services& services, std::size_t check);

  base::asio::any_io_executor executor_;
  base::Slots looking_;
  State state_;
  std::optional<base::Monotonic> looked_at_;
  std::map<std::size_t, std::shared_ptr<Running>> running_;  // by check
  base::TaskGroup tasks_;
};

}  // namespace watchbill::api
