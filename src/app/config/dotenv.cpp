#include "app/config/dotenv.h"

#include <algorithm>
#include <optional>

namespace watchbill::app {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_key_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '-';
}

std::string_view trim_right(std::string_view text) {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Walks over the text once. `line_` is the line that the cursor stands in.
class Reader {
 public:
  explicit Reader(std::string text) : text_(std::move(text)) {}

  Dotenv read() {
    while (at_ < text_.size()) read_line();
    return std::move(result_);
  }

 private:
  void read_line() {
    const std::size_t line = line_;
    skip_blanks();
    if (!at_end_of_line() && peek() != '#') {
      DotenvEntry entry;
      entry.line = line;
      if (read_key(entry) && read_value(entry)) result_.entries.push_back(std::move(entry));
    }
    skip_rest_of_line();
  }

  bool read_key(DotenvEntry& entry) {
    if (text_.compare(at_, 7, "export ") == 0 || text_.compare(at_, 7, "export\t") == 0) {
      at_ += 7;
      skip_blanks();
    }
    const auto begin = at_;
    while (!at_end_of_line() && is_key_char(peek())) ++at_;
    entry.key = text_.substr(begin, at_ - begin);
    skip_blanks();
    if (at_end_of_line() || peek() != '=') return fail("a line must have the form NAME=value");
    ++at_;
    if (entry.key.empty()) return fail("there is no name before the '='");
    skip_blanks();
    return true;
  }

  bool read_value(DotenvEntry& entry) {
    if (at_end_of_line()) return true;
    if (peek() == '"' || peek() == '\'' || peek() == '`') return read_quoted(entry.value);
    read_bare(entry);
    return true;
  }

  void read_bare(DotenvEntry& entry) {
    const auto begin = at_;
    while (!at_end_of_line()) {
      if (peek() == '#') {
        if (at_ == begin || is_blank(text_[at_ - 1])) break;
        entry.doubtful_hash = true;
      }
      ++at_;
    }
    entry.value = trim_right(std::string_view(text_).substr(begin, at_ - begin));
  }

  bool read_quoted(std::string& value) {
    const char quote = text_[at_++];
    const auto begin = at_;
    const auto begin_line = line_;
    while (at_ < text_.size() && peek() != quote) {
      if (quote == '"' && peek() == '\\' && is_escape(text_[at_ + 1])) {
        value += unescape(text_[at_ + 1]);
        at_ += 2;
        continue;
      }
      if (peek() == '\n') ++line_;
      value += text_[at_++];
    }
    if (at_ == text_.size()) {
      // The lines after an unclosed quote are read as lines of their own, so that their errors are found as
      // well.
      at_ = begin;
      line_ = begin_line;
      return fail("the quotation mark is not closed");
    }
    ++at_;
    skip_blanks();
    if (!at_end_of_line() && peek() != '#') return fail("there is text after the closing quotation mark");
    return true;
  }

  static bool is_escape(char c) {
    return c != '\0' && std::string_view("nrt\"\\$").find(c) != std::string_view::npos;
  }

  static char unescape(char c) {
    switch (c) {
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      default:
        return c;
    }
  }

  bool fail(Text message) {
    result_.errors.push_back({line_, message});
    return false;
  }

  char peek() const { return text_[at_]; }
  bool at_end_of_line() const { return at_ >= text_.size() || peek() == '\n'; }
  void skip_blanks() {
    while (!at_end_of_line() && is_blank(peek())) ++at_;
  }
  void skip_rest_of_line() {
    while (!at_end_of_line()) ++at_;
    if (at_ < text_.size()) ++at_, ++line_;
  }

  const std::string text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  Dotenv result_;
};

std::string with_plain_line_ends(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    result += text[i];
  }
  return result;
}

}  // namespace

Dotenv parse_dotenv(std::string_view text) { return Reader(with_plain_line_ends(text)).read(); }

}  // namespace watchbill::app
