#include "app/text/language.h"

#include <gtest/gtest.h>

namespace watchbill::app {
namespace {

TEST(ParseLanguage, TakesTheFormsOfFlagsAndLocales) {
  for (const auto* name : {"zh", "zh-CN", "zh_CN.UTF-8", "zh_TW", "zh.UTF-8"})
    EXPECT_EQ(parse_language(name), Language::chinese);
  for (const auto* name : {"en", "en_US.UTF-8", "en-GB"}) EXPECT_EQ(parse_language(name), Language::english);
  for (const auto* name : {"", "C", "tlh", "zhx", "english"})
    EXPECT_EQ(parse_language(name), std::nullopt) << name;
}

TEST(LanguageOfLocale, TheFirstVariableThatIsSetDecides) {
  EXPECT_EQ(language_of_locale("", "", "zh_CN.UTF-8"), Language::chinese);
  EXPECT_EQ(language_of_locale("C", "", "zh_CN.UTF-8"), Language::english);
  EXPECT_EQ(language_of_locale("", "zh_CN", "en_US"), Language::chinese);
  EXPECT_EQ(language_of_locale("", "", ""), Language::english);
}

}  // namespace
}  // namespace watchbill::app
