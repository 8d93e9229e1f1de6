#include "base/id.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace watchbill::base {
namespace {

TEST(Id, is_26_lower_case_characters_and_never_the_same) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto id = new_id();
    EXPECT_EQ(id.size(), 26u);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz"), std::string::npos) << id;
    EXPECT_TRUE(seen.insert(id).second);
  }
}

TEST(Id, fraction_follows_the_order_of_the_text) {
  std::vector<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.push_back(new_id());
  std::sort(ids.begin(), ids.end());
  for (std::size_t i = 1; i < ids.size(); ++i) EXPECT_LE(id_fraction(ids[i - 1]), id_fraction(ids[i]));
  EXPECT_EQ(id_fraction("00000000000000000000000000"), 0.0);
  EXPECT_LT(id_fraction("zzzzzzzzzzzzzzzzzzzzzzzzzz"), 1.0);
  EXPECT_GT(id_fraction("zzzzzzzzzzzzzzzzzzzzzzzzzz"), 0.999);
}

TEST(Id, fraction_spreads_foreign_ids) {
  int low = 0;
  for (int i = 0; i < 1000; ++i) low += id_fraction("clx0000000" + std::to_string(i)) < 0.5;
  EXPECT_NEAR(low, 500, 100);
}

TEST(Secret, has_43_url_safe_characters) {
  const auto secret = new_secret();
  EXPECT_EQ(secret.size(), 43u);
  EXPECT_NE(secret, new_secret());
}

TEST(Sha256, matches_the_known_value) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace watchbill::base
