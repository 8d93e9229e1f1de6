#include "api/openapi.h"

namespace watchbill::api {

std::string_view openapi_json() { return openapi_files().front().bytes; }

}  // namespace watchbill::api
