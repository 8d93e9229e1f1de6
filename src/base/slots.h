// A bound on how many do something at once.
#pragma once

#include <cstddef>
#include <utility>

#include "base/event.h"
#include "base/task.h"

namespace watchbill::base {

// A counting semaphore for coroutines. Reactor thread only; must outlive what it handed out.
class Slots {
 public:
  // Gives its slot back when destroyed.
  class Slot {
   public:
    Slot() = default;
    explicit Slot(Slots* from) : from_(from) {}
    Slot(Slot&& other) noexcept : from_(std::exchange(other.from_, nullptr)) {}
    Slot& operator=(Slot&& other) noexcept {
      std::swap(from_, other.from_);
      return *this;
    }
    ~Slot() {
      if (from_) from_->give_back();
    }

   private:
    Slots* from_ = nullptr;
  };

  Slots(asio::any_io_executor executor, std::size_t count) : free_(count), freed_(std::move(executor)) {}

  // Waits for a free slot.
  Task<Slot> acquire() {
    while (free_ == 0) co_await freed_.wait();
    --free_;
    co_return Slot(this);
  }

 private:
  void give_back() {
    ++free_;
    freed_.notify();
  }

  std::size_t free_;
  Event freed_;
};

}  // namespace watchbill::base
