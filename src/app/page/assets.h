// The page's files, built from web/ and carried in the program, in the form in which http::Assets serves
// them.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/embedded_file.h"
#include "http/assets.h"

namespace watchbill::app {

// The page of this build.
std::vector<http::AssetFile> page_assets();

// One asset per file; "x.js.br" and "x.js.gz" become the compressed forms of "x.js". What lies in "assets/"
// is named by its content and immutable.
std::vector<http::AssetFile> asset_files(std::span<const base::EmbeddedFile> files);

// Made by the build (cmake/page.cmake): the files as they are, paths relative, sorted.
std::span<const base::EmbeddedFile> page_files();

}  // namespace watchbill::app
