#include "probe/pattern.h"

#include <re2/re2.h>

#include <boost/asio/post.hpp>

#include "base/event.h"

namespace watchbill::probe {

namespace {

// Instructions. When its automaton outgrows the memory RE2 walks all of them for every byte, about 1 ns each:
// 2 s for a body of 1 MiB.
constexpr int kLargestProgram = 2000;
constexpr std::int64_t kMemory = 2 * 1024 * 1024;
// What may hold up the reactor: 2 ms.
constexpr std::size_t kCheap = 2'000'000;

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

// Shared by the one who waits and the helper: either may be gone before the other.
struct PatternSearch::Search {
  Search(base::asio::any_io_executor executor, Pattern pattern, std::string text)
      : pattern(std::move(pattern)), text(std::move(text)), done(std::move(executor)) {}

  Pattern pattern;
  std::string text;
  std::optional<bool> found;  // reactor thread only
  base::Event done;
};

base::Task<std::optional<bool>> PatternSearch::run(Pattern pattern, std::string text,
                                                   base::Monotonic deadline) {
  if (pattern.cost(text.size()) <= kCheap) co_return pattern.found_in(text);
  const auto search = std::make_shared<Search>(executor_, std::move(pattern), std::move(text));
  base::asio::post(helper_, [waiting = std::weak_ptr(search), executor = executor_] {
    const auto search = waiting.lock();
    if (!search) return;  // nobody waits any more
    const bool found = search->pattern.found_in(search->text);
    base::asio::post(executor, [search, found] {
      search->found = found;
      search->done.notify();
    });
  });
  co_await search->done.wait_until(deadline);
  co_return search->found;
}

}  // namespace watchbill::probe
