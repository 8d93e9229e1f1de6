#include "app/text/table.h"

#include <gtest/gtest.h>

namespace watchbill::app {
namespace {

TEST(Table, AlignsColumnsWhateverTheScript) {
  Table table({"NAME", "STATE"});
  table.add({"首页", "up"});
  table.add({"mail", "down"});
  EXPECT_EQ(table.text(), "NAME  STATE\n首页  up\nmail  down\n");
  EXPECT_EQ(table.text(2), "  NAME  STATE\n  首页  up\n  mail  down\n");
}

TEST(Table, HasNoBlanksAtTheEndsOfLines) {
  Table table;
  table.add({"a", ""});
  table.add({"bbb", "c"});
  EXPECT_EQ(table.text(), "a\nbbb  c\n");
}

TEST(Table, MakesCellsPrintable) {
  Table table;
  table.add({"x\x1b[31m\ny"});
  EXPECT_EQ(table.text(), "x\\x1b[31m\\x0ay\n");
}

}  // namespace
}  // namespace watchbill::app
