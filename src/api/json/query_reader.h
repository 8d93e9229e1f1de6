// Reads query parameters the way ObjectReader reads bodies. Unknown ones are not looked at.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/refusal.h"
#include "base/time.h"
#include "http/message.h"

namespace watchbill::api {

// Absent or empty parameters come back as nothing. finish() throws 422 with all errors.
class QueryReader {
 public:
  // `request` must outlive the reader.
  explicit QueryReader(const http::Request& request) : request_(request) {}

  std::size_t limit(std::size_t standard, std::size_t max);
  std::optional<std::string> text(std::string_view name, std::size_t max_bytes);
  std::optional<base::Timestamp> time(std::string_view name);
  std::optional<std::string> choice(std::string_view name, std::initializer_list<std::string_view> allowed);
  // A cursor that is a time in epoch milliseconds.
  std::optional<base::Timestamp> time_cursor();
  // A cursor that is a place in a list; the first one without.
  std::size_t position_cursor();

  void finish();

 private:
  const std::string* find(std::string_view name) const;
  void add_error(std::string_view name, std::string code, std::string message);

  const http::Request& request_;
  std::vector<FieldError> errors_;
};

}  // namespace watchbill::api
