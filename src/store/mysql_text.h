// Values as MySQL's text protocol carries them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace watchbill::store::mysql {

// Adds '2027-01-15 08:00:00.123', in its quotes. What DATETIME cannot hold becomes its first or last moment.
void append_time_literal(std::string& text, base::Timestamp time);
// Of a DATETIME, with or without a fraction; the epoch for what is none ("0000-00-00 00:00:00").
base::Timestamp from_datetime(std::string_view text);

// The integer that a number starts with ("12.0"), 0 for none.
long long to_number(std::string_view text);

// The pieces of a statement between its parameters `:name`, and for each gap the index of the parameter by
// the order in which names first appear.
struct Pieces {
  std::vector<std::string> texts;  // one more than gaps
  std::vector<std::size_t> gaps;
};
Pieces split_at_parameters(std::string_view sql);

}  // namespace watchbill::store::mysql
