// The description of the API that this program serves: openapi.yaml, as JSON, made at build time.
#pragma once

#include <span>
#include <string_view>

#include "base/embedded_file.h"

namespace watchbill::api {

// One file, openapi.json. Defined by the build (cmake/embed.cmake).
std::span<const base::EmbeddedFile> openapi_files();

std::string_view openapi_json();

}  // namespace watchbill::api
