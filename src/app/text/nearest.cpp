#include "app/text/nearest.h"

#include <algorithm>
#include <vector>

namespace watchbill::app {

namespace {

// Optimal string alignment distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates) {
  constexpr std::size_t kMostSlips = 2;
  std::optional<std::string_view> best;
  std::size_t best_distance = kMostSlips + 1;
  for (const auto candidate : candidates) {
    const auto slips = distance(word, candidate);
    if (slips < best_distance && slips * 2 < candidate.size()) best = candidate, best_distance = slips;
  }
  return best;
}

}  // namespace watchbill::app
