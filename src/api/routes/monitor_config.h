// The configuration of a monitor on its way in.
#pragma once

#include <string>

#include "api/context.h"
#include "api/json/object_reader.h"
#include "api/routes/route.h"

namespace watchbill::api {

// The field "kind" of the body; adds an error where there is no such kind, and gives "" then.
std::string read_kind(const Context& context, ObjectReader& reader);

// Has the kind check `config` and fill in its defaults; its errors go into `reader` below "config". An empty
// kind is not looked at. Throws Refusal 429 when the caller has many of them checked already.
base::Task<nlohmann::json> check_config(Context& context, const Call& call, ObjectReader& reader,
                                        std::string kind, nlohmann::json config);

}  // namespace watchbill::api
