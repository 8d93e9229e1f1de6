#include "api/json/query_reader.h"

#include <gtest/gtest.h>

namespace watchbill::api {
namespace {

http::Request request_with(http::Pairs query) {
  http::Request request;
  request.query = std::move(query);
  return request;
}

TEST(QueryReader, absent_parameters_take_their_standard) {
  const auto request = request_with({{"cursor", ""}, {"secret", "x"}});
  QueryReader reader(request);
  EXPECT_EQ(reader.limit(50, 200), 50u);
  EXPECT_EQ(reader.time("from"), std::nullopt);
  EXPECT_EQ(reader.time_cursor(), std::nullopt);
  EXPECT_NO_THROW(reader.finish());
}

TEST(QueryReader, reads_limits_times_and_cursors) {
  const auto request =
      request_with({{"limit", "200"}, {"from", "2026-03-01T08:15:00.250Z"}, {"cursor", "1772352900250"}});
  QueryReader reader(request);
  EXPECT_EQ(reader.limit(50, 200), 200u);
  EXPECT_EQ(reader.time("from"), reader.time_cursor());
  EXPECT_NO_THROW(reader.finish());
}

TEST(QueryReader, a_cursor_may_be_a_place_in_a_list) {
  const auto none = request_with({});
  EXPECT_EQ(QueryReader(none).position_cursor(), 0u);
  const auto some = request_with({{"cursor", "100"}});
  EXPECT_EQ(QueryReader(some).position_cursor(), 100u);
  for (const char* wrong : {"-1", "x", "99999999999999999999"}) {
    const auto request = request_with({{"cursor", wrong}});
    QueryReader reader(request);
    reader.position_cursor();
    EXPECT_THROW(reader.finish(), Refusal) << wrong;
  }
}

TEST(QueryReader, reports_everything_at_once) {
  const auto request = request_with({{"limit", "201"},
                                     {"from", "yesterday"},
                                     {"cursor", "1; DROP"},
                                     {"state", "odd"},
                                     {"q", std::string(300, 'x')}});
  QueryReader reader(request);
  reader.limit(50, 200);
  reader.time("from");
  reader.time_cursor();
  reader.choice("state", {"open", "closed"});
  reader.text("q", 256);
  try {
    reader.finish();
    FAIL();
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.status, 422);
    EXPECT_EQ(refusal.fields.size(), 5u);
  }
}

TEST(QueryReader, a_limit_is_a_plain_number) {
  for (const char* text : {"0", "-1", "1.5", "5x", "0x10", "99999999999999999999", " 5"}) {
    const auto request = request_with({{"limit", text}});
    QueryReader reader(request);
    reader.limit(50, 200);
    EXPECT_THROW(reader.finish(), Refusal) << text;
  }
}

}  // namespace
}  // namespace watchbill::api
