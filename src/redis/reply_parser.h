// RESP into replies, by hiredis's redisReader.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "redis/reply.h"

struct redisReader;

namespace watchbill::redis {

class ReplyBuilder;

// Bytes may come in any pieces. After an exception the parser is of no more use.
class ReplyParser {
 public:
  // More than `max_bytes`, or four million elements, in one reply are an error.
  explicit ReplyParser(std::size_t max_bytes);
  ~ReplyParser();

  void feed(std::string_view bytes);
  // The next whole reply. Throws Error (protocol) for what is not RESP2, or too large.
  std::optional<Reply> next();

 private:
  struct Free {
    void operator()(redisReader* reader) const;
  };

  [[noreturn]] void refuse_size() const;

  const std::size_t max_bytes_;
  std::unique_ptr<ReplyBuilder> builder_;
  std::unique_ptr<redisReader, Free> reader_;
};

}  // namespace watchbill::redis
