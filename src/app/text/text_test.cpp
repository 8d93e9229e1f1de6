#include "app/text/text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace watchbill::app {
namespace {

std::vector<std::string> placeholders(std::string_view text) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{') continue;
    const auto end = text.find('}', i);
    found.emplace_back(text.substr(i, end - i + 1));
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool has_han(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xe4; });
}

TEST(Translations, AreCompleteWithEqualPlaceholders) {
  for (const auto& [english, chinese] : kChinese) {
    EXPECT_FALSE(english.empty());
    EXPECT_FALSE(chinese.empty()) << english;
    EXPECT_EQ(placeholders(english), placeholders(chinese)) << english;
    EXPECT_FALSE(has_han(english)) << english;
    EXPECT_EQ(std::count(english.begin(), english.end(), '\n'),
              std::count(chinese.begin(), chinese.end(), '\n'));
  }
}

TEST(Translations, AreChineseUnlessTheyAreNames) {
  const std::set<std::string_view> names = {"ID", "fence"};
  for (const auto& [english, chinese] : kChinese)
    EXPECT_TRUE(has_han(chinese) || names.contains(english)) << english;
}

TEST(Translations, HaveEachSentenceOnce) {
  std::set<std::string_view> seen;
  for (const auto& translation : kChinese)
    EXPECT_TRUE(seen.insert(translation.english).second) << translation.english;
}

// What C++ makes of a literal that goes over several lines.
std::string joined(const std::string& source) {
  static const std::regex seam("\"\\s*\n\\s*\"");
  return std::regex_replace(source, seam, "");
}

TEST(Translations, AreAllUsed) {
  std::string code;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(WATCHBILL_APP_SOURCES)) {
    const auto path = entry.path().string();
    if (!path.ends_with(".cpp") || path.ends_with("_test.cpp")) continue;
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    code += joined(text.str());
  }
  for (const auto& translation : kChinese) {
    EXPECT_NE(code.find("\"" + std::string(translation.english) + "\""), std::string::npos)
        << translation.english;
  }
}

TEST(Speaker, FillsInTheSameArgumentsInBothLanguages) {
  const Speaker english(Language::english), chinese(Language::chinese);
  EXPECT_EQ(english("no answer from {0}: {1}", "there", "refused"), "no answer from there: refused");
  EXPECT_EQ(chinese("no answer from {0}: {1}", "there", "refused"), "there 没有响应：refused");
  EXPECT_EQ(chinese("up"), "正常");
}

TEST(CountArguments, CountsOrGoesByTheHighestNumber) {
  EXPECT_EQ(count_arguments("{} of {} {{}}"), 2u);
  EXPECT_EQ(count_arguments("{1} before {0}, and {1} again"), 2u);
  EXPECT_EQ(count_arguments("none"), 0u);
}

}  // namespace
}  // namespace watchbill::app
