// Whether the server can do its work, for anybody who asks.
#pragma once

#include <nlohmann/json.hpp>

#include "base/slots.h"
#include "base/task.h"
#include "base/time.h"

namespace watchbill::api {

struct Services;

// Reactor thread only; not destroyed while somebody looks.
class Readiness {
 public:
  // One of the checks commits a write, and asking is free: all who ask within this time get one answer.
  static constexpr base::Millis kFresh{1000};

  struct State {
    bool ready = false;
    bool degraded = false;  // ready, but without the queue
    nlohmann::json checks;  // Check in the API's description
  };

  explicit Readiness(base::asio::any_io_executor executor) : looking_(std::move(executor), 1) {}

  base::Task<State> look(const Services& services);

 private:
  base::Slots looking_;
  State state_;
  std::optional<base::Monotonic> looked_at_;
};

}  // namespace watchbill::api
