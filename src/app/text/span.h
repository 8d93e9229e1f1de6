// Lengths of time for people.
#pragma once

#include <string>

#include "app/text/text.h"
#include "base/time.h"

namespace watchbill::app {

// "350 ms", "12 s", "3 min 20 s", "2 h 5 min", "3 d 4 h": two units at most, cut, not rounded. Never
// negative.
std::string describe_span(base::Millis span, const Speaker& say);

// "2026-03-01T08:15:00Z (in 3 min 20 s)", "… (12 s ago)".
std::string describe_time(base::Timestamp time, base::Timestamp now, const Speaker& say);

}  // namespace watchbill::app
