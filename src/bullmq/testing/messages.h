// What goes to Redis and comes from it, for tests without one.
#pragma once

#include <string>
#include <vector>

#include "bullmq/json.h"
#include "redis/command.h"
#include "redis/reply_parser.h"

namespace watchbill::bullmq::testing {

// The reply that is these bytes of RESP.
inline redis::Reply reply_of(std::string_view resp) {
  redis::ReplyParser parser(1 << 20);
  parser.feed(resp);
  return parser.next().value();
}

inline std::string bulk(std::string_view text) {
  return "$" + std::to_string(text.size()) + "\r\n" + std::string(text) + "\r\n";
}

// The reply to HGETALL of a hash.
inline redis::Reply hash_of(const std::vector<std::pair<std::string, std::string>>& fields) {
  auto resp = "*" + std::to_string(2 * fields.size()) + "\r\n";
  for (const auto& [name, value] : fields) resp += bulk(name) + bulk(value);
  return reply_of(resp);
}

// A command to a script, taken apart again.
struct Message {
  std::string script;
  std::vector<std::string> keys;
  std::vector<std::string> arguments;

  Json unpacked(std::size_t argument) const { return Json::from_msgpack(arguments.at(argument)); }
};

inline Message message_of(const redis::Command& command) {
  std::string bytes;
  command.append_to(bytes);
  const auto words = reply_of(bytes);
  const auto word = [&words](std::size_t at) { return std::string(words.value()[at].text()); };
  Message message{.script = std::string(command.script()->name)};
  const auto keys = std::stoul(word(2));
  for (std::size_t at = 3; at < words.value().size(); ++at)
    (at < 3 + keys ? message.keys : message.arguments).push_back(word(at));
  return message;
}

}  // namespace watchbill::bullmq::testing
