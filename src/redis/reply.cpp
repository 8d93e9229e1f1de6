#include "redis/reply.h"

#include <charconv>

namespace watchbill::redis {

namespace {

constexpr std::uint32_t kNowhere = 0xffffffff;

}  // namespace

Value::Type Value::type() const { return node_ == kNowhere ? Type::nil : reply_->nodes_[node_].type; }

std::string_view Value::text() const {
  const auto kind = type();
  if (kind != Type::string && kind != Type::status && kind != Type::error) return {};
  const auto& node = reply_->nodes_[node_];
  return std::string_view(reply_->text_).substr(node.first, node.count);
}

std::int64_t Value::integer(std::int64_t fallback) const {
  if (type() == Type::integer) return reply_->nodes_[node_].integer;
  const auto digits = text();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc() && end == digits.data() + digits.size() && !digits.empty() ? number : fallback;
}

double Value::number(double fallback) const {
  if (type() == Type::integer) return static_cast<double>(reply_->nodes_[node_].integer);
  const auto digits = text();
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc() && end == digits.data() + digits.size() && !digits.empty() ? number : fallback;
}

std::size_t Value::size() const { return is_array() ? reply_->nodes_[node_].count : 0; }

Value Value::operator[](std::size_t index) const {
  if (index >= size()) return Value(reply_, kNowhere);
  return Value(reply_, reply_->nodes_[node_].first + static_cast<std::uint32_t>(index));
}

Value Value::field(std::string_view name) const {
  for (std::size_t at = 0; at + 1 < size(); at += 2)
    if ((*this)[at].text() == name) return (*this)[at + 1];
  return Value(reply_, kNowhere);
}

}  // namespace watchbill::redis
