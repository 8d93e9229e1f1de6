// How a worker tells a processor that its job is no longer its own.
#pragma once

#include <string>

#include "base/event.h"

namespace watchbill::bullmq {

// Reactor thread only.
class JobSignal {
 public:
  explicit JobSignal(base::asio::any_io_executor executor) : raised_event_(std::move(executor)) {}

  void raise(std::string reason) {
    if (raised_) return;
    raised_ = true;
    reason_ = std::move(reason);
    raised_event_.notify();
  }
  void reset() { raised_ = false, reason_.clear(); }

  bool is_raised() const { return raised_; }
  const std::string& reason() const { return reason_; }
  base::Task<> wait() {
    while (!raised_) co_await raised_event_.wait();
  }

 private:
  bool raised_ = false;
  std::string reason_;
  base::Event raised_event_;
};

}  // namespace watchbill::bullmq
