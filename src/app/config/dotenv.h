// Reads .env files. The format is that of Node's `dotenv`, strict where dotenv would guess:
//
//   # comment
//   KEY=value            # a comment after a blank
//   export KEY = 'as it stands, $ and \n too'
//   KEY="one line\nand another; \" \\ \$ \t \r as usual"
//   KEY="over
//   several lines"
//
// UTF-8, with or without a byte order mark; lines end in LF or CRLF. Nothing is expanded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "app/text/text.h"

namespace watchbill::app {

struct DotenvEntry {
  std::string key;
  std::string value;
  std::size_t line = 0;  // from 1
  // Not quoted and with a '#' that has no blank before it: dotenv takes it for a comment, shells do not.
  bool doubtful_hash = false;
};

struct DotenvError {
  std::size_t line = 0;
  Text message;
};

struct Dotenv {
  std::vector<DotenvEntry> entries;  // in their order; of two with one key the later one counts
  std::vector<DotenvError> errors;   // a bad line does not stop the reading of the others
};

Dotenv parse_dotenv(std::string_view text);

}  // namespace watchbill::app
