#include "http/headers.h"

#include <algorithm>
#include <stdexcept>

#include "http/characters.h"

namespace watchbill::http {

bool same_token(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return to_lower(x) == to_lower(y); });
}

bool lists_token(std::string_view value, std::string_view token) {
  while (!value.empty()) {
    const auto comma = value.find(',');
    auto item = value.substr(0, comma);
    item = trim(item.substr(0, item.find(';')));
    if (same_token(item, token)) return true;
    if (comma == value.npos) break;
    value.remove_prefix(comma + 1);
  }
  return false;
}

void Headers::add(std::string_view name, std::string_view value) {
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_token_char))
    throw std::invalid_argument("malformed header name");
  if (!std::all_of(value.begin(), value.end(), is_field_char))
    throw std::invalid_argument("malformed header value");
  const auto begin = static_cast<std::uint32_t>(text_.size());
  const auto name_size = static_cast<std::uint32_t>(name.size());
  fields_.push_back({begin, name_size, begin + name_size + 2, static_cast<std::uint32_t>(value.size())});
  text_.append(name).append(": ").append(value).append("\r\n");
}

void Headers::clear() {
  if (text_.capacity() > kKeptMemory) std::string().swap(text_);
  text_.clear();
  fields_.clear();
}

void Headers::set(std::string_view name, std::string_view value) {
  remove(name);
  add(name, value);
}

void Headers::remove(std::string_view name) {
  if (!contains(name)) return;
  Headers kept;
  for (std::size_t i = 0; i < size(); ++i)
    if (!same_token(this->name(i), name)) kept.add(this->name(i), value(i));
  *this = std::move(kept);
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (std::size_t i = 0; i < size(); ++i)
    if (same_token(this->name(i), name)) return value(i);
  return std::nullopt;
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (std::size_t i = 0; i < size(); ++i)
    if (same_token(this->name(i), name)) values.push_back(value(i));
  return values;
}

std::string_view Headers::name(std::size_t index) const {
  const auto& field = fields_[index];
  return std::string_view(text_).substr(field.name, field.name_size);
}

std::string_view Headers::value(std::size_t index) const {
  const auto& field = fields_[index];
  return std::string_view(text_).substr(field.value, field.value_size);
}

}  // namespace watchbill::http
