#include "probe/text.h"

#include <fmt/format.h>

namespace watchbill::probe {

namespace {

constexpr std::string_view kReplacement = "\uFFFD";
constexpr std::string_view kEllipsis = "…";

struct Character {
  char32_t code = 0;
  std::size_t length = 1;
  bool valid = false;
};

bool continues(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

// The first character of `text`, which is not empty. Overlong forms, surrogates and what lies beyond Unicode
// are not valid.
Character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4) return {};
  char32_t code = lead & (0x7F >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues(text, i)) return {};
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3F);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (overlong || surrogate || code > 0x10FFFF) return {};
  return {code, length, true};
}

bool is_control(char32_t code) {
  const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
  const bool line_break = code == 0x2028 || code == 0x2029;
  const bool direction = (code >= 0x200E && code <= 0x200F) || (code >= 0x202A && code <= 0x202E) ||
                         (code >= 0x2066 && code <= 0x2069) || code == 0x061C;
  return control || line_break || direction;
}

}  // namespace

std::string printable(std::string_view text, std::size_t longest) {
  std::string clean;
  std::size_t room_for_ellipsis = 0;  // the longest prefix of `clean` that leaves room for it
  while (!text.empty()) {
    const auto character = first_character(text);
    std::string_view shown = text.substr(0, character.length);
    if (!character.valid)
      shown = kReplacement;
    else if (is_control(character.code))
      shown = " ";
    if (clean.size() + shown.size() > longest) {
      clean.resize(room_for_ellipsis);
      return clean += kEllipsis;
    }
    clean += shown;
    if (clean.size() + kEllipsis.size() <= longest) room_for_ellipsis = clean.size();
    text.remove_prefix(character.length);
  }
  return clean;
}

std::string seconds(std::chrono::milliseconds time) {
  if (time.count() < 1000) return fmt::format("{} ms", time.count());
  return fmt::format("{} s", static_cast<double>(time.count()) / 1000);
}

}  // namespace watchbill::probe
