#include "probe/pattern_search.h"

#include <boost/asio/post.hpp>

#include "base/event.h"

namespace watchbill::probe {

namespace {

// What may hold up the reactor: 2 ms.
constexpr std::size_t kCheap = 2'000'000;
// What one search may keep the others waiting: 200 ms.
constexpr std::size_t kDearest = 200'000'000;

}  // namespace

// Shared by the one who waits and the helper: either may be gone before the other.
struct PatternSearch::Search {
  Search(base::asio::any_io_executor executor, Pattern pattern, std::string text)
      : pattern(std::move(pattern)), text(std::move(text)), done(std::move(executor)) {}

  Pattern pattern;
  std::string text;
  Result result = Result::not_in_time;  // reactor thread only
  base::Event done;
};

PatternSearch::PatternSearch(base::asio::any_io_executor executor)
    : executor_(std::move(executor)), self_(std::make_shared<PatternSearch*>(this)) {}

PatternSearch::~PatternSearch() {
  *self_ = nullptr;
  helper_.stop();
  helper_.join();
}

base::Task<PatternSearch::Result> PatternSearch::run(Pattern pattern, std::string text,
                                                     base::Monotonic deadline) {
  const auto cost = pattern.cost(text.size());
  if (cost > kDearest) co_return Result::too_costly;
  if (cost <= kCheap) co_return pattern.found_in(text) ? Result::found : Result::not_found;
  const auto search = std::make_shared<Search>(executor_, std::move(pattern), std::move(text));
  waiting_.emplace(cost, search);
  start_next();
  co_await search->done.wait_until(deadline);
  co_return search->result;
}

void PatternSearch::start_next() {
  while (!busy_ && !waiting_.empty()) {
    const auto search = waiting_.begin()->second.lock();
    waiting_.erase(waiting_.begin());
    if (!search) continue;  // nobody waits any more
    busy_ = true;
    base::asio::post(helper_, [search, executor = executor_, self = self_] {
      const bool found = search->pattern.found_in(search->text);
      base::asio::post(executor, [search, found, self] {
        if (*self) (*self)->ended(*search, found);
      });
    });
  }
}

void PatternSearch::ended(Search& search, bool found) {
  search.result = found ? Result::found : Result::not_found;
  search.done.notify();
  busy_ = false;
  start_next();
}

}  // namespace watchbill::probe
