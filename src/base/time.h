// Time as a dependency: wall-clock timestamps in milliseconds, a clock object, ISO 8601.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace watchbill::base {

using Millis = std::chrono::milliseconds;
// UTC wall clock; every stored time has this resolution.
using Timestamp = std::chrono::sys_time<Millis>;
// Monotonic; for ages, deadlines and leases, never stored.
using Monotonic = std::chrono::steady_clock::time_point;

// The only source of time. Implementations are safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
  virtual Monotonic monotonic_now() const = 0;
};

// The machine's clocks.
class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
  Monotonic monotonic_now() const override;
};

// A clock that moves only when told to, for tests of decisions. Not synchronised: one thread, or none moving
// it.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start) : now_(start) {}
  Timestamp now() const override { return now_; }
  Monotonic monotonic_now() const override { return monotonic_; }
  void advance(Millis by) { now_ += by, monotonic_ += by; }
  void set_wall_clock(Timestamp to) { now_ = to; }

 private:
  Timestamp now_;
  Monotonic monotonic_{std::chrono::hours(1)};
};

inline Timestamp from_epoch_ms(std::int64_t ms) { return Timestamp(Millis(ms)); }
inline std::int64_t to_epoch_ms(Timestamp t) { return t.time_since_epoch().count(); }

// "2026-11-23T19:57:41.123Z"
std::string to_iso8601(Timestamp t);
// Accepts what JavaScript's toISOString and RFC 3339 write in UTC ("Z", with or without a fraction); nullopt
// for anything else.
std::optional<Timestamp> parse_iso8601(std::string_view text);

}  // namespace watchbill::base
