// E-mail addresses as account names.
#pragma once

#include <string>
#include <string_view>

#include "api/json/object_reader.h"

namespace watchbill::api {

constexpr std::size_t kLongestEmail = 191;  // what the column holds

// The form in which addresses are stored and compared: ASCII letters in lower case.
std::string fold_email(std::string_view email);

// One "@" with something before it and a host after it; no blanks. Whether mail arrives is not looked at.
bool plausible_email(std::string_view email);

// For looking one up: anything may be typed.
inline constexpr TextRule kEmailLookup{
    .min_chars = 1, .max_chars = kLongestEmail, .max_bytes = 764, .trim = true};

// A new address, folded; adds an error to `reader` where it is not plausible.
std::optional<std::string> read_email(ObjectReader& reader, std::string_view name);
std::string read_required_email(ObjectReader& reader, std::string_view name);

}  // namespace watchbill::api
