// Problems of a configuration, for people and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "app/config/layers.h"

namespace watchbill::app {

// Two indented lines, each with its end.
std::string describe(const Problem& problem, const Speaker& say);

nlohmann::json to_json(const Problem& problem);

}  // namespace watchbill::app
