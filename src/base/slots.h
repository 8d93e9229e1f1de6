// A bound on how many do something at once.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <list>
#include <utility>

#include "base/task.h"
#include "base/time.h"

namespace watchbill::base {

// A counting semaphore for coroutines, first come, first served. Reactor thread only; must outlive what it
// handed out.
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

  Slots(asio::any_io_executor executor, std::size_t count) : executor_(std::move(executor)), free_(count) {}

  // Waits for a free slot, behind those who wait already.
  Task<Slot> acquire();

 private:
  // Of a coroutine that waits; handed its slot by the one who gives it back.
  struct Waiter {
    Waiter(Slots& slots, const asio::any_io_executor& executor)
        : slots(slots),
          timer(executor, Monotonic::max()),
          place(slots.waiting_.insert(slots.waiting_.end(), this)) {}
    ~Waiter() {
      if (!handed) slots.waiting_.erase(place);
    }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    Slots& slots;
    asio::steady_timer timer;
    std::list<Waiter*>::iterator place;
    bool handed = false;
  };

  void give_back();

  asio::any_io_executor executor_;
  std::size_t free_;
  std::list<Waiter*> waiting_;
};

}  // namespace watchbill::base
