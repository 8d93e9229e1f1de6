// What the server answered: a tree in two allocations.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace watchbill::redis {

class Reply;

// A node of a reply; valid as long as the reply is where it is.
class Value {
 public:
  enum class Type : std::uint8_t { nil, integer, string, status, error, array };

  Type type() const;
  bool is_nil() const { return type() == Type::nil; }
  bool is_error() const { return type() == Type::error; }
  bool is_array() const { return type() == Type::array; }
  bool is_integer() const { return type() == Type::integer; }

  // Of a string, status or error; empty otherwise.
  std::string_view text() const;
  // Of an integer, or of a string that is one; `fallback` otherwise.
  std::int64_t integer(std::int64_t fallback = 0) const;
  // Of a string that is a number; `fallback` otherwise.
  double number(double fallback = 0) const;

  // Elements of an array; 0 otherwise. operator[] beyond them is a nil.
  std::size_t size() const;
  Value operator[](std::size_t index) const;

  // The value behind `field` in an array of fields and values (HGETALL); nil when there is none.
  Value field(std::string_view name) const;

 private:
  friend class Reply;
  Value(const Reply* reply, std::uint32_t node) : reply_(reply), node_(node) {}

  const Reply* reply_;
  std::uint32_t node_;
};

class Reply {
 public:
  Reply() : nodes_(1) {}

  // Views into this reply: not beyond its end, nor beyond a move of it.
  Value value() const& { return Value(this, 0); }
  Value value() && = delete;

 private:
  friend class Value;
  friend class ReplyBuilder;

  struct Node {
    Value::Type type = Value::Type::nil;
    std::uint32_t first = 0;  // offset in text_, or the first child in nodes_
    std::uint32_t count = 0;  // bytes, or children
    std::int64_t integer = 0;
  };

  std::vector<Node> nodes_;
  std::string text_;
};

}  // namespace watchbill::redis
