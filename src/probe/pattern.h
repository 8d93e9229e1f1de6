// Users' regular expressions: linear time, bounded memory.
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace re2 {
class RE2;
}

namespace watchbill::probe {

// A compiled expression; immutable, safe from any thread.
class Pattern {
 public:
  explicit Pattern(const std::string& expression);

  // Why it cannot be used (for people): not RE2 syntax, or too complex to be searched for quickly.
  std::optional<std::string> problem() const;

  bool found_in(std::string_view text) const;

  // Copies of one compilation.
  bool operator==(const Pattern& other) const { return compiled_ == other.compiled_; }

  // A bound on the work of found_in(), in nanoseconds more or less: about one per byte and instruction.
  std::size_t cost(std::size_t text_size) const;

 private:
  std::shared_ptr<const re2::RE2> compiled_;
};

// The patterns used last, each compiled once.
class PatternCache {
 public:
  // How many are kept. Each may hold a MiB of automaton.
  static constexpr std::size_t kMost = 64;

  Pattern get(const std::string& expression);

 private:
  struct Entry {
    std::string expression;
    Pattern pattern;
  };
  std::list<Entry> by_use_;                                                   // the last used first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> entries_;  // keys lie in by_use_
};

}  // namespace watchbill::probe
