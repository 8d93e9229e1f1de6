// Who waits for the reply to a command; internal to Connection.
#pragma once

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/task.h"
#include "base/time.h"
#include "redis/reply.h"

namespace watchbill::redis {

class Waiter {
 public:
  explicit Waiter(base::Monotonic deadline) : deadline(deadline) {}
  virtual ~Waiter() = default;
  // Once. With an error the connection may be no more; without one it resumes whoever waits before it
  // returns.
  virtual void complete(std::exception_ptr error, Reply reply) = 0;

  const base::Monotonic deadline;
};

// A coroutine. When it is cancelled it leaves, and the reply finds nobody.
template <class Handler>
class HandlerWaiter final : public Waiter, public std::enable_shared_from_this<HandlerWaiter<Handler>> {
 public:
  HandlerWaiter(Handler handler, base::Monotonic deadline) : Waiter(deadline), handler_(std::move(handler)) {}

  void listen_for_cancellation() {
    auto slot = base::asio::get_associated_cancellation_slot(*handler_);
    if (!slot.is_connected()) return;
    slot.assign([self = this->weak_from_this()](base::asio::cancellation_type) {
      // Later: the slot's own handler may not clear the slot.
      if (const auto waiter = self.lock())
        base::asio::post(base::asio::get_associated_executor(*waiter->handler_), [waiter] {
          waiter->complete(
              std::make_exception_ptr(boost::system::system_error(base::asio::error::operation_aborted)), {});
        });
    });
  }

  void complete(std::exception_ptr error, Reply reply) override {
    if (!handler_) return;
    base::asio::get_associated_cancellation_slot(*handler_).clear();
    auto handler = std::move(*handler_);
    handler_.reset();
    std::move(handler)(std::move(error), std::move(reply));
  }

 private:
  std::optional<Handler> handler_;
};

// The replies to commands that were called together, and who waits for the last of them.
struct Group {
  std::vector<Reply> replies;
  std::size_t missing;
  std::exception_ptr error;
  std::shared_ptr<Waiter> caller;
};

class Part final : public Waiter {
 public:
  Part(std::shared_ptr<Group> group, std::size_t index, base::Monotonic deadline)
      : Waiter(deadline), group_(std::move(group)), index_(index) {}

  void complete(std::exception_ptr error, Reply reply) override {
    if (error) group_->error = std::move(error);
    group_->replies[index_] = std::move(reply);
    if (--group_->missing == 0) group_->caller->complete(group_->error, {});
  }

 private:
  std::shared_ptr<Group> group_;
  std::size_t index_;
};

}  // namespace watchbill::redis
