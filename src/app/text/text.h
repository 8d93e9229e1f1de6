// Text for people. The code says it in English; text/chinese.h has the other half. A sentence without a
// translation, or with other placeholders, does not compile.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <type_traits>

#include "app/text/chinese.h"
#include "app/text/language.h"

namespace watchbill::app {

// How many arguments a sentence takes: its "{}", or one more than the highest number in "{0}", "{1}" … (below
// 10).
constexpr std::size_t count_arguments(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] != '{') continue;
    const char next = text[i + 1];
    if (next == '{') {
      ++i;
    } else if (next >= '0' && next <= '9') {
      count = std::max(count, static_cast<std::size_t>(next - '0') + 1);
    } else {
      ++count;
    }
  }
  return count;
}

// Reached at compile time only: the compiler then names it in its error.
inline void there_is_no_translation_for_this_text() {}
inline void the_number_of_arguments_differs_from_the_placeholders() {}

consteval const Translation* find_translation(std::string_view english) {
  for (const auto& translation : kChinese) {
    if (translation.english == english) return &translation;
  }
  there_is_no_translation_for_this_text();
  return nullptr;
}

// A sentence without placeholders. Made from a literal; costs a pointer.
class Text {
 public:
  consteval Text(const char* english) : Text(find_translation(english)) {}

  constexpr std::string_view in(Language language) const {
    return language == Language::chinese ? translation_->chinese : translation_->english;
  }

 private:
  consteval explicit Text(const Translation* translation) : translation_(translation) {
    if (count_arguments(translation->english) != 0) the_number_of_arguments_differs_from_the_placeholders();
  }

  const Translation* translation_;
};

// A sentence that takes as many arguments as there are `Arguments`.
template <class... Arguments>
class Sentence {
 public:
  consteval Sentence(const char* english) : translation_(find_translation(english)) {
    if (count_arguments(english) != sizeof...(Arguments)) {
      the_number_of_arguments_differs_from_the_placeholders();
    }
  }

  constexpr std::string_view in(Language language) const {
    return language == Language::chinese ? translation_->chinese : translation_->english;
  }

 private:
  const Translation* translation_;
};

// Speaks one language: say("Port {} is in use.", port).
class Speaker {
 public:
  explicit Speaker(Language language) : language_(language) {}

  template <class... Arguments>
  std::string operator()(std::type_identity_t<Sentence<Arguments...>> sentence,
                         const Arguments&... arguments) const {
    return fmt::vformat(fmt::string_view(sentence.in(language_)), fmt::make_format_args(arguments...));
  }
  std::string operator()(Text text) const { return std::string(text.in(language_)); }

  Language language() const { return language_; }

 private:
  Language language_;
};

}  // namespace watchbill::app
