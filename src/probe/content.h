// Looks for keyword and pattern in a body as it comes in. Plain code without sockets.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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

  // By the pattern's rule, given whether the pattern is in release_text().
  std::optional<Failure> pattern_failure(bool found) const;

  // Once: what the pattern is to be looked for in; empty when there is none.
  std::string release_text() { return std::move(text_); }

 private:
  bool completes_keyword(std::string_view piece);
  std::optional<Failure> judge(const ContentRule& rule, bool found, bool is_keyword) const;

  const HttpConfig& config_;
  const std::size_t cap_;
  std::size_t read_ = 0;
  std::string text_;
  std::string tail_;  // of what was read: as much as may be the beginning of the keyword
  bool keyword_found_ = false;
  bool cut_ = false;  // the body goes on behind what was read
};

}  // namespace watchbill::probe
