// Looks for users' patterns, never long on the reactor.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <map>
#include <memory>
#include <string>

#include "base/task.h"
#include "base/time.h"
#include "probe/pattern.h"

namespace watchbill::probe {

// Small searches are done at once, larger ones on a thread of its own, the cheapest first: what one user's
// costly patterns keep waiting are his own. Reactor thread only.
class PatternSearch {
 public:
  enum class Result {
    found,
    not_found,
    too_costly,   // more than 200 ms of work, at worst
    not_in_time,  // others kept the thread busy until the deadline
  };

  explicit PatternSearch(base::asio::any_io_executor executor);
  // Waits for a search that has begun.
  ~PatternSearch();
  PatternSearch(const PatternSearch&) = delete;
  PatternSearch& operator=(const PatternSearch&) = delete;

  // A pattern for run(), compiled or remembered.
  Pattern compiled(const std::string& expression) { return cache_.get(expression); }

  // Whether `pattern` is in `text`. Any text of 100 KB can be searched.
  base::Task<Result> run(Pattern pattern, std::string text, base::Monotonic deadline);

 private:
  struct Search;

  void start_next();
  void ended(Search& search, bool found);

  base::asio::any_io_executor executor_;
  PatternCache cache_;
  std::multimap<std::size_t, std::weak_ptr<Search>> waiting_;  // by cost
  bool busy_ = false;
  std::shared_ptr<PatternSearch*> self_;  // emptied when this is destroyed, for handlers that come later
  base::asio::thread_pool helper_{1};
};

}  // namespace watchbill::probe
