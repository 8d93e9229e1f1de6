#include "redis/slot.h"

#include <gmock/gmock.h>

#include "redis/reply_parser.h"

namespace watchbill::redis {
namespace {

using ::testing::ElementsAre;

const Endpoint kAsked{"10.0.0.9", 7000};

SlotTable table_of(std::string_view resp) {
  ReplyParser parser(1 << 20);
  parser.feed(resp);
  const auto reply = parser.next();
  return slot_table_of(reply.value().value(), kAsked);
}

TEST(SlotTest, is_the_hash_of_the_key_or_of_its_tag) {
  // By CLUSTER KEYSLOT of Redis 7.
  EXPECT_EQ(slot_of("123456789"), 12739);
  EXPECT_EQ(slot_of("foo"), 12182);
  EXPECT_EQ(slot_of(""), 0);
  EXPECT_EQ(slot_of("{foo}:wait"), slot_of("foo"));
  EXPECT_EQ(slot_of("bull:{foo}:1"), slot_of("foo"));
  EXPECT_EQ(slot_of("{foo}{bar}"), slot_of("foo"));
  EXPECT_EQ(slot_of("{{bar}}"), slot_of("{bar"));
  EXPECT_NE(slot_of("{}foo"), slot_of(""));
  EXPECT_NE(slot_of("{foo"), slot_of("foo"));
}

TEST(SlotTest, masters_are_read_from_cluster_slots) {
  const auto table = table_of(
      "*2\r\n*4\r\n:0\r\n:5460\r\n*3\r\n$9\r\n127.0.0.1\r\n:7001\r\n$1\r\na\r\n*3\r\n$9\r\n127.0.0.1\r\n:"
      "7004\r\n"
      "$1\r\nd\r\n*3\r\n:5461\r\n:16383\r\n*3\r\n$-1\r\n:7000\r\n$1\r\nb\r\n");
  ASSERT_EQ(table.ranges.size(), 2u);
  EXPECT_EQ(table.ranges[0].first, 0);
  EXPECT_EQ(table.ranges[0].last, 5460);
  EXPECT_EQ(table.ranges[0].master, (Endpoint{"127.0.0.1", 7001}));
  EXPECT_EQ(table.ranges[1].last, 16383);
  EXPECT_EQ(table.ranges[1].master, kAsked) << "a node that does not know its own address";
  EXPECT_THAT(table.nodes, ElementsAre(Endpoint{"127.0.0.1", 7001}, Endpoint{"127.0.0.1", 7004}, kAsked));
}

TEST(SlotTest, ranges_without_sense_are_left_out) {
  for (const char* resp :
       {"+OK\r\n", "*0\r\n", "*1\r\n+x\r\n", "*1\r\n*2\r\n:0\r\n:1\r\n",
        "*1\r\n*3\r\n:0\r\n:16384\r\n*2\r\n$1\r\nh\r\n:1\r\n",
        "*1\r\n*3\r\n:-1\r\n:5\r\n*2\r\n$1\r\nh\r\n:1\r\n", "*1\r\n*3\r\n:5\r\n:4\r\n*2\r\n$1\r\nh\r\n:1\r\n",
        "*1\r\n*3\r\n:0\r\n:4\r\n*2\r\n$1\r\nh\r\n:65536\r\n"})
    EXPECT_TRUE(table_of(resp).ranges.empty()) << resp;
}

TEST(SlotTest, a_redirection_says_where_to) {
  const auto moved = redirection_of("MOVED 3999 127.0.0.1:6381", kAsked);
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->slot, 3999);
  EXPECT_EQ(moved->to, (Endpoint{"127.0.0.1", 6381}));
  EXPECT_EQ(redirection_of("ASK 1 ::1:6381", kAsked)->to, (Endpoint{"::1", 6381}));
  EXPECT_EQ(redirection_of("MOVED 1 :6381", kAsked)->to, (Endpoint{"10.0.0.9", 6381}));
  for (const char* text : {"MOVED", "MOVED 1", "MOVED 1 host", "MOVED x h:1", "MOVED 16384 h:1",
                           "MOVED 1 h:0", "MOVED 1 h:65536", "MOVED 1 h:", "", " ", "  ", "a:1 2 3"})
    EXPECT_FALSE(redirection_of(text, kAsked)) << text;
}

}  // namespace
}  // namespace watchbill::redis
