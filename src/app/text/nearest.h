// "Did you mean …?"
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace watchbill::app {

// The candidate that `word` is most likely a slip of: at most 2 letters wrong, missing, too many or swapped,
// and fewer than half of them. nullopt: none is near.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace watchbill::app
