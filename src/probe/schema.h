// Checks a value against the subset of JSON Schema that describes the kinds' configurations, so that what is
// published to clients and what is enforced are the same table.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "domain/monitor.h"

namespace watchbill::probe {

// Understands type (one or several), enum, required, properties (no others are allowed), default, items,
// minItems, maxItems, minLength and maxLength (in characters), pattern (RE2, unanchored), minimum, maximum.
// Fills in defaults in `value`; gives all errors, up to a hundred.
std::vector<domain::ConfigError> apply_schema(const nlohmann::json& schema, nlohmann::json& value);

// The defaults that the schema of an object names.
nlohmann::json defaults_of(const nlohmann::json& schema);

}  // namespace watchbill::probe
