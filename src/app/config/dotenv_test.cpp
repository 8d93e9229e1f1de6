#include "app/config/dotenv.h"

#include <gtest/gtest.h>

namespace watchbill::app {
namespace {

struct ValueRow {
  const char* text;
  const char* value;
};

class DotenvValue : public testing::TestWithParam<ValueRow> {};

TEST_P(DotenvValue, IsRead) {
  const auto parsed = parse_dotenv(std::string("KEY=") + GetParam().text);
  ASSERT_EQ(parsed.errors.size(), 0u) << GetParam().text;
  ASSERT_EQ(parsed.entries.size(), 1u);
  EXPECT_EQ(parsed.entries[0].value, GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, DotenvValue,
    testing::Values(ValueRow{"plain", "plain"}, ValueRow{"", ""}, ValueRow{"   ", ""},
                    ValueRow{"  two words  ", "two words"}, ValueRow{"20          # users", "20"},
                    ValueRow{"# nothing", ""}, ValueRow{"a=b=c", "a=b=c"},
                    ValueRow{"redis://h:1/0?a=b&c=d", "redis://h:1/0?a=b&c=d"},
                    ValueRow{"\"a # b\"", "a # b"}, ValueRow{"'a # b' # c", "a # b"},
                    ValueRow{"\"a\\nb\\t\\\"c\\\" \\\\ \\$d\"", "a\nb\t\"c\" \\ $d"},
                    ValueRow{"\"C:\\new\\x\"", "C:\new\\x"}, ValueRow{"'a\\nb $c'", "a\\nb $c"},
                    ValueRow{"`it's \"both\"`", "it's \"both\""}, ValueRow{"\"one\ntwo\"", "one\ntwo"},
                    ValueRow{"'one\r\ntwo'", "one\ntwo"}, ValueRow{"\"\"", ""}, ValueRow{"密码", "密码"},
                    ValueRow{"it's", "it's"}));

TEST(Dotenv, KnowsExportBlanksCommentsAndLineEndsOfAllKinds) {
  const auto parsed = parse_dotenv("\xef\xbb\xbf# head\r\nexport A=1\r\n\r\n  B = 2\n\texport\tC='3'\nD=4");
  ASSERT_EQ(parsed.errors.size(), 0u);
  ASSERT_EQ(parsed.entries.size(), 4u);
  EXPECT_EQ(parsed.entries[0].key, "A");
  EXPECT_EQ(parsed.entries[0].line, 2u);
  EXPECT_EQ(parsed.entries[1].key, "B");
  EXPECT_EQ(parsed.entries[1].value, "2");
  EXPECT_EQ(parsed.entries[2].key, "C");
  EXPECT_EQ(parsed.entries[3].line, 6u);
}

TEST(Dotenv, CountsTheLinesInsideOfQuotes) {
  const auto parsed = parse_dotenv("A=\"1\n2\n3\"\nB=4\n");
  ASSERT_EQ(parsed.entries.size(), 2u);
  EXPECT_EQ(parsed.entries[0].line, 1u);
  EXPECT_EQ(parsed.entries[1].line, 4u);
}

TEST(Dotenv, NamesTheLineOfEveryErrorAndReadsTheRest) {
  const auto parsed = parse_dotenv("A=1\nnonsense\n=2\nB='open\nC=3\nD=\"4\" 5\nE=6\n");
  std::vector<std::size_t> lines;
  for (const auto& error : parsed.errors) lines.push_back(error.line);
  EXPECT_EQ(lines, (std::vector<std::size_t>{2, 3, 4, 6}));
  std::string keys;
  for (const auto& entry : parsed.entries) keys += entry.key;
  EXPECT_EQ(keys, "ACE");
}

TEST(Dotenv, DoubtsAHashThatOtherProgramsTakeForAComment) {
  const auto parsed = parse_dotenv("A=pass#word\nB='pass#word'\nC=word # comment\n");
  ASSERT_EQ(parsed.entries.size(), 3u);
  EXPECT_TRUE(parsed.entries[0].doubtful_hash);
  EXPECT_EQ(parsed.entries[0].value, "pass#word");
  EXPECT_FALSE(parsed.entries[1].doubtful_hash);
  EXPECT_FALSE(parsed.entries[2].doubtful_hash);
}

TEST(Dotenv, EndsWhereTheTextEnds) {
  for (const std::string text :
       {"A=\"", "A='", "A=\"\\", "export ", "A", "=", "\"", std::string("A=\0b", 4).c_str()}) {
    parse_dotenv(text);
  }
}

}  // namespace
}  // namespace watchbill::app
