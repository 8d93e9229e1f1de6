#include "probe/pattern_search.h"

#include <gtest/gtest.h>

#include "base/task_group.h"
#include "probe/testing/stop.h"
#include "tests/support/reactor.h"

namespace watchbill::probe {
namespace {

using namespace std::chrono_literals;
using Result = PatternSearch::Result;

// A text on which the automaton explodes.
std::string random_text(std::size_t size) {
  std::string text;
  for (unsigned random = 1; text.size() < size;)
    text += "ab"[(random = random * 1103515245 + 12345) >> 16 & 1];
  return text;
}

constexpr const char* kDear = "(?s)a.{60}c";

class PatternSearchTest : public ::testing::Test {
 protected:
  Result search(const char* regex, std::string text, std::chrono::milliseconds patience = 10s) {
    return reactor_.run(
        search_->run(search_->compiled(regex), std::move(text), std::chrono::steady_clock::now() + patience));
  }
  // As large as it may be.
  static std::string dear_text() { return random_text(200'000'000 / Pattern(kDear).cost(1)); }

  support::Reactor reactor_;
  std::unique_ptr<PatternSearch> search_ = std::make_unique<PatternSearch>(reactor_.executor());
};

TEST_F(PatternSearchTest, finds_small_and_large) {
  EXPECT_EQ(search("b+c", "aabbc"), Result::found);
  EXPECT_EQ(search("b+c", "aabb"), Result::not_found);
  const std::string large(1 << 20, 'a');
  EXPECT_EQ(search("b+c", large + "bc"), Result::found);
  EXPECT_EQ(search("b+c", large), Result::not_found);
}

TEST_F(PatternSearchTest, invalid_utf8_in_the_text_is_no_trouble) {
  EXPECT_EQ(search("ok", "\xff\xfe ok"), Result::found);
  EXPECT_EQ(search("监控", "\xff 监控"), Result::found);
}

// The reactor goes on meanwhile and the caller is not kept.
TEST_F(PatternSearchTest, an_expensive_search_neither_holds_the_reactor_nor_the_deadline) {
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(search(kDear, dear_text(), 1ms), Result::not_in_time);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 150ms);
}

TEST_F(PatternSearchTest, what_would_keep_others_waiting_too_long_is_not_begun) {
  EXPECT_EQ(search(kDear, dear_text() + std::string(1000, 'x')), Result::too_costly);
  EXPECT_EQ(search("a.{200}b", std::string(100'000, 'x')), Result::not_found)
      << "100 KB may always be searched";
}

base::Task<> run_once(PatternSearch& search, Pattern pattern, std::string text,
                      std::vector<Result>& results) {
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  results.push_back(co_await search.run(std::move(pattern), std::move(text), deadline));
}

TEST_F(PatternSearchTest, an_ordinary_search_does_not_wait_for_the_expensive_ones) {
  const auto pattern = search_->compiled(kDear);
  const auto text = dear_text();
  std::vector<Result> dear;
  base::TaskGroup others(reactor_.executor());
  for (int i = 0; i < 20; ++i) others.spawn("dear", run_once(*search_, pattern, text, dear));
  reactor_.run_ready();
  const std::string page = std::string(100'000, 'x') + "all 42 services are up";
  EXPECT_EQ(search("(?i)all [0-9]+ services are (up|fine)", page), Result::found);
  EXPECT_LE(dear.size(), 2u);
  reactor_.run(testing::stop(others));
}

TEST_F(PatternSearchTest, can_be_destroyed_with_a_search_under_way) {
  EXPECT_EQ(search(kDear, dear_text(), 1ms), Result::not_in_time);
  search_.reset();
  reactor_.run_ready();
}

}  // namespace
}  // namespace watchbill::probe
