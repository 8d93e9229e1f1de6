// Header fields of a request or a response.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace watchbill::http {

// Whether two field names (or tokens) are the same; only ASCII letters fold.
bool same_token(std::string_view a, std::string_view b);

// Whether a comma-separated field value holds `token`, case-insensitively, parameters (";q=1") left aside.
bool lists_token(std::string_view value, std::string_view token);

// What a connection keeps of a buffer between two requests, in bytes.
inline constexpr std::size_t kKeptMemory = 4096;

// An ordered multimap, kept as the very text that goes over the wire, so that a connection reuses its memory
// from request to request. Views that it returns live until the next change.
class Headers {
 public:
  // Appends a field. Throws std::invalid_argument where name or value could break out of its line (CR, LF,
  // other control characters, a name that is no token).
  void add(std::string_view name, std::string_view value);

  // Replaces every field of that name.
  void set(std::string_view name, std::string_view value);

  void remove(std::string_view name);

  // The first field of that name; nullopt when absent, "" when empty.
  std::optional<std::string_view> find(std::string_view name) const;

  // The same, "" when absent.
  std::string_view get(std::string_view name) const { return find(name).value_or(std::string_view()); }

  std::vector<std::string_view> all(std::string_view name) const;

  bool contains(std::string_view name) const { return find(name).has_value(); }
  std::size_t size() const { return fields_.size(); }
  std::string_view name(std::size_t index) const;
  std::string_view value(std::size_t index) const;

  // "Name: value\r\n" for each field.
  std::string_view text() const { return text_; }

  // For the next request or response; keeps the memory, but never more than kKeptMemory.
  void clear();

 private:
  // Offsets into text_, which moves when it grows.
  struct Field {
    std::uint32_t name, name_size, value, value_size;
  };

  std::string text_;
  std::vector<Field> fields_;
};

}  // namespace watchbill::http
