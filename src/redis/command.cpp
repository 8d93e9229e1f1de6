#include "redis/command.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace watchbill::redis {

namespace {

constexpr std::size_t kScriptKey = 3;         // EVALSHA sha numkeys KEY
constexpr std::size_t kPlainKey = 1;          // GET KEY
constexpr std::size_t kOtherArguments = 512;  // bytes; what a script is called with beside its keys, mostly

constexpr std::string_view kEnd = "\r\n";

// "$5\r\n", "*3\r\n". In one piece: a command has some thirty of them.
void append_length(std::string& out, char type, std::size_t length) {
  char text[24];
  text[0] = type;
  auto* end = std::to_chars(text + 1, text + sizeof text - kEnd.size(), length).ptr;
  end = std::copy(kEnd.begin(), kEnd.end(), end);
  out.append(text, end);
}

}  // namespace

Command::Command(const Script& script, std::span<const std::string_view> keys) : script_(&script) {
  if (keys.size() != script.keys)
    throw std::logic_error("script " + std::string(script.name) + " takes " + std::to_string(script.keys) +
                           " keys, not " + std::to_string(keys.size()));
  std::size_t size = kOtherArguments;
  for (const auto key : keys) size += key.size() + 8;
  body_.reserve(size);
  add("EVALSHA").add(script.sha1).add(keys.size());
  for (const auto key : keys) add(key);
}

Command& Command::add(std::string_view argument) {
  append_length(body_, '$', argument.size());
  if (arguments_ == (script_ ? kScriptKey : kPlainKey)) {
    key_begin_ = body_.size();
    key_length_ = argument.size();
  }
  body_ += argument;
  body_ += kEnd;
  ++arguments_;
  return *this;
}

Command& Command::add_number(long long number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return add(std::string_view(digits, end));
}

Command& Command::route_by(std::string_view key) {
  route_ = key;
  return *this;
}

void Command::append_to(std::string& out) const {
  append_length(out, '*', arguments_);
  out += body_;
}

std::string_view Command::routing_key() const {
  if (!route_.empty()) return route_;
  return std::string_view(body_).substr(key_begin_, key_length_);
}

std::string Command::name() const {
  if (script_) return "EVALSHA " + std::string(script_->name);
  const auto begin = body_.find('\n') + 1;
  return body_.substr(begin, body_.find('\r', begin) - begin);
}

}  // namespace watchbill::redis
