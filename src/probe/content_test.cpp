#include "probe/content.h"

#include <gtest/gtest.h>

namespace watchbill::probe {
namespace {

using domain::Cause;

HttpConfig wanting(std::string keyword, bool present = true) {
  HttpConfig config;
  config.keyword = ContentRule{std::move(keyword), present};
  return config;
}

Cause keyword_cause(const Content& content) {
  const auto failure = content.keyword_failure();
  return failure ? failure->cause : Cause::ok;
}

TEST(Content, finds_a_keyword_wherever_the_pieces_end) {
  const std::string body = "aaab service: healthy aab";
  const auto config = wanting("service: healthy");
  for (std::size_t size = 1; size <= body.size(); ++size) {
    Content content(config, 1000);
    for (std::size_t at = 0; at < body.size(); at += size)
      if (!content.take(std::string_view(body).substr(at, size))) break;
    EXPECT_EQ(keyword_cause(content), Cause::ok) << size;
  }
}

TEST(Content, stops_reading_when_the_outcome_is_known) {
  const auto present = wanting("yes");
  Content found(present, 1000);
  EXPECT_TRUE(found.take("not y"));
  EXPECT_FALSE(found.take("yes"));
  EXPECT_EQ(keyword_cause(found), Cause::ok);

  const auto absent = wanting("error", false);
  Content bad(absent, 1000);
  EXPECT_TRUE(bad.take("all fine"));
  EXPECT_EQ(keyword_cause(bad), Cause::ok);
  EXPECT_FALSE(bad.take(" error"));
  EXPECT_EQ(keyword_cause(bad), Cause::keyword_present);
}

TEST(Content, reads_on_for_the_pattern) {
  auto config = wanting("yes");
  config.pattern = ContentRule{"z+", true};
  Content content(config, 1000);
  EXPECT_TRUE(content.take("yes"));
  EXPECT_TRUE(content.take("zz"));
  EXPECT_EQ(content.release_text(), "yeszz");
  EXPECT_FALSE(content.pattern_failure(true));
  EXPECT_EQ(content.pattern_failure(false)->cause, Cause::pattern_missing);
}

TEST(Content, keeps_no_text_for_a_keyword_alone) {
  const auto config = wanting("zzz");
  Content content(config, 1024);
  EXPECT_TRUE(content.take(std::string(1000, 'x')));
  EXPECT_EQ(content.release_text(), "");
}

TEST(Content, holds_no_more_than_the_cap) {
  auto config = wanting("zzz");
  config.pattern = ContentRule{"z+", true};
  Content content(config, 1024);
  EXPECT_TRUE(content.take(std::string(1000, 'x')));
  EXPECT_FALSE(content.take(std::string(100000, 'x')));
  EXPECT_EQ(content.release_text().size(), 1024u);
  EXPECT_EQ(keyword_cause(content), Cause::too_large);
}

TEST(Content, a_body_of_exactly_the_cap_was_read_whole) {
  const auto config = wanting("zzz");
  Content content(config, 1024);
  EXPECT_TRUE(content.take(std::string(1024, 'x')));
  EXPECT_EQ(keyword_cause(content), Cause::keyword_missing);
  EXPECT_FALSE(content.take("x"));
  EXPECT_EQ(keyword_cause(content), Cause::too_large);
}

TEST(Content, what_was_found_before_the_cap_counts) {
  const auto present = wanting("yes");
  Content good(present, 16);
  EXPECT_FALSE(good.take("yes" + std::string(100, 'x')));
  EXPECT_EQ(keyword_cause(good), Cause::ok);

  const auto absent = wanting("yes", false);
  Content unknown(absent, 16);
  EXPECT_FALSE(unknown.take(std::string(100, 'x')));
  EXPECT_EQ(keyword_cause(unknown), Cause::too_large);
}

TEST(Content, says_what_was_looked_for) {
  const auto config = wanting("Willkommen\n");
  Content content(config, 16);
  content.take("nope");
  EXPECT_EQ(content.keyword_failure()->detail, "the keyword \"Willkommen \" is not in the answer");
}

TEST(Content, an_empty_body_misses_what_must_be_there) {
  const auto present = wanting("x");
  EXPECT_EQ(keyword_cause(Content(present, 16)), Cause::keyword_missing);
  const auto absent = wanting("x", false);
  EXPECT_EQ(keyword_cause(Content(absent, 16)), Cause::ok);
}

}  // namespace
}  // namespace watchbill::probe
