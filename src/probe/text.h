// Text for people: what came from a target made harmless, and times as one says them.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "domain/verdict.h"

namespace watchbill::probe {

// `text` as printable UTF-8 of at most `longest` bytes: broken sequences become U+FFFD, control characters
// (also those that turn the direction of writing) become spaces, and what was cut off leaves "…".
std::string printable(std::string_view text, std::size_t longest = domain::Finding::kLongestDetail);

// "500 ms", "2.5 s", "10 s"
std::string seconds(std::chrono::milliseconds time);

}  // namespace watchbill::probe
