#include "app/text/display_width.h"

#include <gtest/gtest.h>

namespace watchbill::app {
namespace {

struct Row {
  const char* text;
  std::size_t width;
};

class DisplayWidth : public testing::TestWithParam<Row> {};

TEST_P(DisplayWidth, CountsColumns) { EXPECT_EQ(display_width(GetParam().text), GetParam().width); }

INSTANTIATE_TEST_SUITE_P(Rows, DisplayWidth,
                         testing::Values(Row{"", 0}, Row{"monitor", 7}, Row{"监控", 4}, Row{"监控 a", 6},
                                         Row{"１", 2}, Row{"é", 1}, Row{"e\u0301", 1}, Row{"🙂", 2},
                                         Row{"한", 2}, Row{"，", 2}, Row{"…", 1}, Row{"│", 1},
                                         Row{"\xff\xfe", 2}, Row{"\xe7\x9b", 2}, Row{"a\u200b", 1}));

TEST(PadRight, FillsUpToTheWidthInColumns) {
  EXPECT_EQ(pad_right("监", 4), "监  ");
  EXPECT_EQ(pad_right("monitor", 4), "monitor");
}

TEST(Printable, LeavesOrdinaryTextAlone) { EXPECT_EQ(printable("Ada’s 监控 page"), "Ada’s 监控 page"); }

TEST(Printable, ShowsWhatWouldMoveTheCursor) {
  EXPECT_EQ(printable("a\x1b[2Jb\n"), "a\\x1b[2Jb\\x0a");
  EXPECT_EQ(printable("\u009b31m"), "\\x9b31m");
  EXPECT_EQ(printable("a\u202eb"), "a\\u202eb");
  EXPECT_EQ(printable("\xff"), "\\xff");
}

}  // namespace
}  // namespace watchbill::app
