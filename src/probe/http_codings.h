// Which codings an answer may wear.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace watchbill::probe {

// Reads the header lines of an answer, interim ones included, as they come.
class HttpCodings {
 public:
  // `decoded`: the body will be decompressed as Content-Encoding says.
  explicit HttpCodings(bool decoded) : decoded_(decoded) {}

  // What is wrong with the answer now that it has this line too, for people; nothing: go on.
  std::optional<std::string> refusal(std::string_view line);

 private:
  const bool decoded_;
  int stacked_ = 0;
};

}  // namespace watchbill::probe
