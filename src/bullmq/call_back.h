// Calling what a user of the library gave.
#pragma once

#include "base/log.h"

namespace watchbill::bullmq {

// A callback that throws must not end the coroutine that calls it.
template <class Callback, class... Arguments>
void call_back(const Callback& callback, const Arguments&... arguments) {
  if (!callback) return;
  try {
    callback(arguments...);
  } catch (const std::exception& e) {
    base::log::error("a callback of the BullMQ library threw", {{"error", e.what()}});
  } catch (...) {
    base::log::error("a callback of the BullMQ library threw", {});
  }
}

}  // namespace watchbill::bullmq
