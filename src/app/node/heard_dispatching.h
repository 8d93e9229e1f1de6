// Tells the ticker when cron calls.
#pragma once

#include "dispatch/ticker.h"
#include "domain/services.h"

namespace watchbill::app {

// What the API dispatches through; everything it does is the dispatcher's. Reactor thread only.
class HeardDispatching final : public domain::Dispatching {
 public:
  HeardDispatching(domain::Dispatching& dispatcher, dispatch::Ticker& ticker)
      : dispatcher_(dispatcher), ticker_(ticker) {}

  base::Task<domain::DispatchReport> dispatch() override {
    ticker_.heard_cron();
    return dispatcher_.dispatch();
  }
  base::Task<domain::SyncReport> dispatch_sync() override {
    ticker_.heard_cron();
    return dispatcher_.dispatch_sync();
  }
  void wake() override { dispatcher_.wake(); }
  bool cron_is_silent() const override { return ticker_.cron_is_silent(); }

 private:
  domain::Dispatching& dispatcher_;
  dispatch::Ticker& ticker_;
};

}  // namespace watchbill::app
