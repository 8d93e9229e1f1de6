// One command as RESP will carry it.
#pragma once

#include <concepts>
#include <span>
#include <string>
#include <string_view>

#include "redis/script.h"

namespace watchbill::redis {

// Arguments are copied, already encoded, as they are added. Name a command before `co_await`: its bytes are
// taken when the call begins, and taken again when the call has to be repeated.
class Command {
 public:
  // A plain command: the first argument is its name. A cluster routes it by its second argument.
  template <class... Arguments>
  explicit Command(std::string_view name, const Arguments&... arguments) {
    add(name);
    (add(arguments), ...);
  }

  // EVALSHA of `script`; arguments follow by add(). Throws std::logic_error when `keys` are not as many as
  // the script takes. A cluster routes it by the first key.
  Command(const Script& script, std::span<const std::string_view> keys);

  Command& add(std::string_view argument);
  Command& add(std::integral auto number) { return add_number(static_cast<long long>(number)); }

  // For commands without a key (INFO, CLIENT LIST): the key whose node a cluster asks.
  Command& route_by(std::string_view key);

  void append_to(std::string& out) const;
  const Script* script() const { return script_; }
  std::string_view routing_key() const;
  // "EVALSHA moveToActive", "BZPOPMIN": for messages; never data.
  std::string name() const;

 private:
  Command& add_number(long long number);

  std::string body_;
  std::size_t arguments_ = 0;
  std::size_t key_begin_ = 0;
  std::size_t key_length_ = 0;
  std::string route_;
  const Script* script_ = nullptr;
};

}  // namespace watchbill::redis
