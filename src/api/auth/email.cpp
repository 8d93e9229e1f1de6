#include "api/auth/email.h"

#include <algorithm>

namespace watchbill::api {

namespace {

constexpr TextRule kNewEmail{.min_chars = 3, .max_chars = kLongestEmail, .max_bytes = 764, .trim = true};

}  // namespace

std::string fold_email(std::string_view email) {
  std::string folded(email);
  std::transform(folded.begin(), folded.end(), folded.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return folded;
}

bool plausible_email(std::string_view email) {
  const auto at = email.find('@');
  if (at == 0 || at == std::string_view::npos || at != email.rfind('@')) return false;
  const std::string_view host = email.substr(at + 1);
  return !host.empty() && host.front() != '.' && host.back() != '.' &&
         email.find(' ') == std::string_view::npos;
}

std::optional<std::string> read_email(ObjectReader& reader, std::string_view name) {
  const auto email = reader.text(name, kNewEmail);
  if (!email) return std::nullopt;
  if (!plausible_email(*email)) reader.add_error(std::string(name), "format", "Must be an e-mail address.");
  return fold_email(*email);
}

std::string read_required_email(ObjectReader& reader, std::string_view name) {
  if (!reader.has(name)) return reader.required_text(name, kNewEmail);
  return read_email(reader, name).value_or("");
}

}  // namespace watchbill::api
