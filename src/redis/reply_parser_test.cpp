#include "redis/reply_parser.h"

#include <gmock/gmock.h>

#include <random>

#include "redis/error.h"

namespace watchbill::redis {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kMaxBytes = 1 << 20;

// "[1 'a' (nil) +OK -ERR x]"
std::string written(Value value) {
  switch (value.type()) {
    case Value::Type::nil:
      return "(nil)";
    case Value::Type::integer:
      return std::to_string(value.integer());
    case Value::Type::status:
      return "+" + std::string(value.text());
    case Value::Type::error:
      return "-" + std::string(value.text());
    case Value::Type::string:
      return "'" + std::string(value.text()) + "'";
    case Value::Type::array:
      break;
  }
  std::string all = "[";
  for (std::size_t index = 0; index < value.size(); ++index)
    all += (index ? " " : "") + written(value[index]);
  return all + "]";
}

std::vector<std::string> parsed(std::string_view bytes, std::size_t piece) {
  ReplyParser parser(kMaxBytes);
  std::vector<std::string> replies;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    parser.feed(bytes.substr(0, piece));
    while (const auto reply = parser.next()) replies.push_back(written(reply->value()));
  }
  return replies;
}

std::string problem_with(std::string_view bytes, std::size_t max_bytes = kMaxBytes) {
  ReplyParser parser(max_bytes);
  try {
    parser.feed(bytes);
    while (parser.next()) continue;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::protocol);
    return error.what();
  }
  return "";
}

const std::string kReplies =
    "+OK\r\n-ERR no\r\n:42\r\n:-9223372036854775808\r\n$5\r\na\r\nbc\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n"
    "*3\r\n*2\r\n:1\r\n$1\r\na\r\n*0\r\n*2\r\n*1\r\n+x\r\n$-1\r\n"
    "*2\r\n-ERR inside\r\n:7\r\n";
const std::vector<std::string> kWritten{
    "+OK",   "-ERR no", "42", "-9223372036854775808",      "'a\r\nbc'",      "''",
    "(nil)", "(nil)",   "[]", "[[1 'a'] [] [[+x] (nil)]]", "[-ERR inside 7]"};

TEST(ReplyParserTest, bytes_may_come_in_any_pieces) {
  for (std::size_t piece = 1; piece <= kReplies.size(); ++piece)
    EXPECT_EQ(parsed(kReplies, piece), kWritten) << "pieces of " << piece;
}

TEST(ReplyParserTest, values_are_read_leniently) {
  ReplyParser parser(kMaxBytes);
  parser.feed("*6\r\n$1\r\nf\r\n$2\r\n17\r\n$1\r\ng\r\n$3\r\n1.5\r\n$1\r\nh\r\n$2\r\n1x\r\n");
  const auto reply = parser.next();
  const auto fields = reply->value();
  EXPECT_EQ(fields.field("f").integer(), 17);
  EXPECT_EQ(fields.field("g").number(), 1.5);
  EXPECT_EQ(fields.field("g").integer(-1), -1);
  EXPECT_EQ(fields.field("h").number(-1), -1);
  EXPECT_TRUE(fields.field("x").is_nil());
  EXPECT_TRUE(fields[6].is_nil());
  EXPECT_TRUE(fields[0][0].is_nil());
  const Reply nothing;
  EXPECT_TRUE(nothing.value().is_nil());
}

TEST(ReplyParserTest, what_is_not_resp_is_refused) {
  for (const char* bytes : {"HTTP/1.1 400 Bad Request\r\n\r\n", "\x15\x03\x03\x02\x02\r\n", "\r\n", ":x\r\n",
                            "$abc\r\n", "$-2\r\n", "*-2\r\n", "*x\r\n"})
    EXPECT_NE(problem_with(bytes), "") << bytes;
}

TEST(ReplyParserTest, types_of_resp3_are_refused) {
  for (const char* bytes : {">2\r\n+message\r\n+x\r\n", "%1\r\n+a\r\n:1\r\n", "~1\r\n:1\r\n", "_\r\n",
                            "#t\r\n", ",1.5\r\n", "(123\r\n", "=5\r\ntxt:a\r\n", "|1\r\n+a\r\n:1\r\n"})
    EXPECT_NE(problem_with(bytes), "") << bytes;
}

TEST(ReplyParserTest, announcements_take_no_memory) {
  EXPECT_EQ(problem_with("$9223372036854775000\r\nx"), "") << "waits, until the limit";
  EXPECT_THAT(problem_with("*4194305\r\n"), HasSubstr("too many elements"));
  EXPECT_NE(problem_with("*9223372036854775807\r\n"), "");
  std::string nested;
  for (int depth = 0; depth < 6; ++depth) nested += "*1000000\r\n";
  EXPECT_THAT(problem_with(nested), HasSubstr("too many elements"));
}

TEST(ReplyParserTest, a_reply_has_a_limit) {
  const auto limit = "a reply is larger than 1000 bytes";
  EXPECT_THAT(problem_with("$2000\r\n" + std::string(2000, 'x') + "\r\n", 1000), HasSubstr(limit));
  std::string array = "*20\r\n";
  for (int index = 0; index < 20; ++index) array += "$100\r\n" + std::string(100, 'x') + "\r\n";
  ReplyParser parser(1000);
  const auto feed_all = [&] {
    for (const char byte : array) {
      parser.feed({&byte, 1});
      parser.next();
    }
  };
  EXPECT_THROW(feed_all(), Error) << "also in small parts";
  std::string many;
  for (int index = 0; index < 90; ++index) many += "$100\r\n" + std::string(100, 'x') + "\r\n";
  EXPECT_EQ(parsed(many, 500).size(), 90u) << "the limit is for one reply, not for all";
}

TEST(ReplyParserTest, deep_nesting_is_refused_or_read) {
  std::string nested;
  for (int depth = 0; depth < 100000; ++depth) nested += "*1\r\n";
  problem_with(nested + ":1\r\n");
}

std::string random_reply(std::minstd_rand& random, int depth) {
  switch (random() % (depth > 3 ? 6 : 8)) {
    case 0:
      return "+s" + std::to_string(random()) + "\r\n";
    case 1:
      return "-ERR e\r\n";
    case 2:
      return ":" + std::to_string(static_cast<int>(random())) + "\r\n";
    case 3:
      return "$-1\r\n";
    case 4:
    case 5: {
      const std::string text(random() % 70, "ab\r\n\0c"[random() % 6]);
      return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
    }
    default:
      break;
  }
  const auto count = random() % 5;
  auto all = "*" + std::to_string(count) + "\r\n";
  for (unsigned index = 0; index < count; ++index) all += random_reply(random, depth + 1);
  return all;
}

TEST(ReplyParserTest, random_replies_read_the_same_in_random_pieces) {
  std::minstd_rand random(7);
  for (int round = 0; round < 300; ++round) {
    std::string bytes;
    for (int index = 0; index < 5; ++index) bytes += random_reply(random, 0);
    EXPECT_EQ(parsed(bytes, 1 + random() % 20), parsed(bytes, bytes.size())) << bytes;
  }
}

TEST(ReplyParserTest, damaged_replies_are_read_or_refused) {
  std::minstd_rand random(11);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes;
    for (int index = 0; index < 4; ++index) bytes += random_reply(random, 0);
    for (auto damages = 1 + random() % 3; damages > 0; --damages) {
      const auto at = random() % bytes.size();
      if (random() % 2)
        bytes[at] = "*$:+-0123456789\r\n\xff>%"[random() % 20];
      else if (random() % 2)
        bytes.insert(at, std::to_string(random()));
      else if (bytes.size() > 1)
        bytes.erase(at, 1);
    }
    try {
      parsed(bytes, 1 + random() % 30);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::protocol);
    }
  }
}

}  // namespace
}  // namespace watchbill::redis
