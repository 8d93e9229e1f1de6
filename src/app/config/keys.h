// Every key that can be set: one row each.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "app/config/config.h"
#include "app/text/text.h"

namespace watchbill::app {

struct Key {
  std::string_view name;
  std::string_view other_name;  // read where `name` itself is not set; may be empty
  bool secret = false;          // may come as NAME_FILE
  Text about;
  Text allowed;
  // Sets the field; false: not allowed, nothing is set. Never called with an empty text.
  bool (*read)(std::string_view text, Config& config);
  // What it is set to, as `read` would take it, secrets masked; empty: not set.
  std::string (*show)(const Config& config);
  // A text that does not pass `read`, safe to print.
  std::string (*mask)(std::string_view text);
};

std::span<const Key> keys();

// nullptr: there is none. Also by `other_name`.
const Key* find_key(std::string_view name);

}  // namespace watchbill::app
