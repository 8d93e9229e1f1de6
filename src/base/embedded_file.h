// A file whose bytes are part of the program, put there by cmake/embed.cmake.
#pragma once

#include <string_view>

namespace watchbill::base {

// Both views live as long as the program.
struct EmbeddedFile {
  std::string_view path;   // relative to the folder that was embedded, with forward slashes
  std::string_view bytes;  // as on disk; not terminated by NUL
};

}  // namespace watchbill::base
