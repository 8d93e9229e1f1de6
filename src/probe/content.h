// Looks for keyword and pattern in a body as it comes in. Plain code without sockets.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "probe/failure.h"
#include "probe/http_config.h"

namespace watchbill::probe {

class Content {
 public:
  // `config` must outlive this.
  Content(const HttpConfig& config, std::size_t cap) : config_(config), cap_(cap) {}

  // Whether any rule needs the body.
  static bool needed(const HttpConfig& config) { return config.keyword || config.pattern; }

  // Reads a piece; false when more cannot change the outcome, or the cap is reached.
  bool take(std::string_view piece);

  // After the last piece. What is wrong by the keyword's rule; nothing: it is satisfied, or there is none.
  std::optional<Failure> keyword_failure() const;

  // By the pattern's rule, given whether the pattern is in text().
  std::optional<Failure> pattern_failure(bool found) const;

  const std::string& text() const { return text_; }

 private:
  std::optional<Failure> judge(const ContentRule& rule, bool found, bool is_keyword) const;

  const HttpConfig& config_;
  const std::size_t cap_;
  std::string text_;
  bool keyword_found_ = false;
  bool cut_ = false;  // the body goes on behind text_
};

}  // namespace watchbill::probe
