// What the readers of patterns and of time zones share; internal to cron.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace watchbill::bullmq::cron_text {

// What a person wrote, fit for a line of a message.
inline std::string quoted(std::string_view text) {
  std::string shown(text.substr(0, 60));
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < ' ') c = '?';
  return '"' + shown + (text.size() > shown.size() ? "…\"" : "\"");
}

inline bool has(std::string_view text, char c) { return text.find(c) != text.npos; }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

inline std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (is_letter(c)) c |= 0x20;
  return result;
}

inline std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t end; (end = text.find(separator)) != text.npos; text.remove_prefix(end + 1))
    parts.push_back(text.substr(0, end));
  parts.push_back(text);
  return parts;
}

// The digits that a text starts with, as JavaScript's parseInt takes them; whatever is too large stays so.
inline std::optional<int> leading_number(std::string_view text) {
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  int value = 0;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1))
    value = std::min(value * 10 + (text.front() - '0'), 9999);
  return value;
}

}  // namespace watchbill::bullmq::cron_text
