#include "redis/command.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace watchbill::redis {
namespace {

constexpr Script kScript{"addJob", 2, "0123456789012345678901234567890123456789", "return 1"};

std::string encoded(const Command& command) {
  std::string out;
  command.append_to(out);
  return out;
}

TEST(CommandTest, is_an_array_of_bulk_strings) {
  EXPECT_EQ(encoded(Command("GET", "a")), "*2\r\n$3\r\nGET\r\n$1\r\na\r\n");
  EXPECT_EQ(encoded(Command("PING")), "*1\r\n$4\r\nPING\r\n");
}

TEST(CommandTest, takes_numbers_and_any_bytes) {
  EXPECT_EQ(encoded(Command("X", -5, std::size_t{7}, "")),
            "*4\r\n$1\r\nX\r\n$2\r\n-5\r\n$1\r\n7\r\n$0\r\n\r\n");
  EXPECT_EQ(encoded(Command("X").add(std::string_view("a\0\r\n", 4))),
            std::string_view("*2\r\n$1\r\nX\r\n$4\r\na\0\r\n\r\n", 21));
  EXPECT_EQ(encoded(Command("X").add(std::numeric_limits<long long>::min())),
            "*2\r\n$1\r\nX\r\n$20\r\n-9223372036854775808\r\n");
}

TEST(CommandTest, is_appended) {
  std::string out = "before";
  Command("PING").append_to(out);
  EXPECT_EQ(out, "before*1\r\n$4\r\nPING\r\n");
}

TEST(CommandTest, runs_a_script_by_its_hash) {
  const std::string_view keys[] = {"{q}:a", "{q}:b"};
  Command command(kScript, keys);
  command.add("x").add(1);
  EXPECT_EQ(encoded(command),
            "*7\r\n$7\r\nEVALSHA\r\n$40\r\n0123456789012345678901234567890123456789\r\n$1\r\n2\r\n"
            "$5\r\n{q}:a\r\n$5\r\n{q}:b\r\n$1\r\nx\r\n$1\r\n1\r\n");
  EXPECT_EQ(command.script(), &kScript);
  EXPECT_THROW(Command(kScript, std::span(keys).first(1)), std::logic_error);
}

TEST(CommandTest, knows_its_key_and_its_name) {
  const std::string_view keys[] = {"{q}:a", "{q}:b"};
  const struct {
    Command command;
    const char* key;
    const char* name;
  } rows[] = {
      {Command("GET", "k", "v"), "k", "GET"},
      {Command("PING"), "", "PING"},
      {Command("XREAD", "BLOCK", 5).route_by("{q}:events"), "{q}:events", "XREAD"},
      {Command(kScript, keys), "{q}:a", "EVALSHA addJob"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(row.command.routing_key(), row.key);
    EXPECT_EQ(row.command.name(), row.name);
  }
}

}  // namespace
}  // namespace watchbill::redis
