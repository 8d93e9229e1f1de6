// Users' regular expressions: linear time, bounded memory, and never long on the reactor.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/task.h"
#include "base/time.h"

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

  // A bound on the work of found_in(), in nanoseconds more or less: about one per byte and instruction.
  std::size_t cost(std::size_t text_size) const;

 private:
  std::shared_ptr<const re2::RE2> compiled_;
};

// Searches: small ones at once, large ones on a thread of its own. Reactor thread only.
class PatternSearch {
 public:
  explicit PatternSearch(base::asio::any_io_executor executor) : executor_(std::move(executor)) {}
  // Waits for a search that has begun, two seconds at worst.
  ~PatternSearch() {
    helper_.stop();
    helper_.join();
  }

  // Whether `pattern` is in `text`; nullopt when that is not known by `deadline`.
  base::Task<std::optional<bool>> run(Pattern pattern, std::string text, base::Monotonic deadline);

 private:
  struct Search;

  base::asio::any_io_executor executor_;
  base::asio::thread_pool helper_{1};
};

}  // namespace watchbill::probe
