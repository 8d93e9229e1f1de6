#include "probe/http_codings.h"

#include <strings.h>

#include <algorithm>

namespace watchbill::probe {

namespace {

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

// What stands behind `name` (which ends with its colon), if that is the header of `line`.
std::optional<std::string_view> value_of(std::string_view line, std::string_view name) {
  if (!same(line.substr(0, name.size()), name)) return std::nullopt;
  return line.substr(name.size());
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const auto from = text.find_first_not_of(kSpace);
  if (from == text.npos) return {};
  return text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

// The codings of a list that do something, beside `harmless`.
int count(std::string_view list, std::string_view harmless) {
  int found = 0;
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    const auto coding = trimmed(list.substr(0, end));
    if (!coding.empty() && !same(coding, "identity") && !same(coding, harmless)) ++found;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return found;
}

}  // namespace

// libcurl runs all layers within one call, so an inner one that yields nothing for ever would never come to
// where time and size are looked at; one layer does at most a thousandfold of what was received. It obeys
// compressing transfer codings too, although nobody asked for them.
std::optional<std::string> HttpCodings::refusal(std::string_view line) {
  if (const auto list = value_of(line, "Transfer-Encoding:"); list && count(*list, "chunked") > 0)
    return "the answer has a transfer coding that was not asked for";
  if (const auto list = value_of(line, "Content-Encoding:"); list && decoded_)
    stacked_ += count(*list, "none");
  if (stacked_ > 1) return "the answer has several content codings, one over the other";
  return std::nullopt;
}

}  // namespace watchbill::probe
