#include "probe/pattern.h"

#include <re2/re2.h>

namespace watchbill::probe {

namespace {

// Instructions. When its automaton outgrows the memory RE2 walks all of them for every byte, about 1 ns each.
constexpr int kLargestProgram = 2000;
constexpr std::int64_t kMemory = 1024 * 1024;

std::shared_ptr<const RE2> compile(const std::string& expression) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMemory);
  return std::make_shared<const RE2>(expression, options);
}

}  // namespace

Pattern::Pattern(const std::string& expression) : compiled_(compile(expression)) {}

std::optional<std::string> Pattern::problem() const {
  if (!compiled_->ok() && compiled_->error_code() != RE2::ErrorPatternTooLarge)
    return "is not a regular expression: " + compiled_->error();
  if (!compiled_->ok() || compiled_->ProgramSize() > kLargestProgram)
    return "is too complex: use fewer or smaller repetitions";
  return std::nullopt;
}

bool Pattern::found_in(std::string_view text) const {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

std::size_t Pattern::cost(std::size_t text_size) const {
  return text_size * static_cast<std::size_t>(compiled_->ProgramSize());
}

Pattern PatternCache::get(const std::string& expression) {
  if (const auto known = entries_.find(expression); known != entries_.end()) {
    by_use_.splice(by_use_.begin(), by_use_, known->second);
    return known->second->pattern;
  }
  if (by_use_.size() == kMost) {
    entries_.erase(by_use_.back().expression);
    by_use_.pop_back();
  }
  by_use_.push_front({expression, Pattern(expression)});
  entries_[by_use_.front().expression] = by_use_.begin();
  return by_use_.front().pattern;
}

}  // namespace watchbill::probe
