#include "app/page/assets.h"

#include <map>
#include <string>
#include <utility>

namespace watchbill::app {

namespace {

constexpr std::pair<std::string_view, std::string_view> kContentTypes[] = {
    {".css", "text/css; charset=utf-8"},
    {".html", "text/html; charset=utf-8"},
    {".ico", "image/x-icon"},
    {".js", "text/javascript; charset=utf-8"},
    {".json", "application/json"},
    {".png", "image/png"},
    {".svg", "image/svg+xml"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
    {".woff2", "font/woff2"},
};

std::string_view content_type_of(std::string_view path) {
  for (const auto& [extension, type] : kContentTypes)
    if (path.ends_with(extension)) return type;
  return "application/octet-stream";
}

std::string_view without(std::string_view path, std::string_view suffix) {
  return path.substr(0, path.size() - suffix.size());
}

}  // namespace

std::vector<http::AssetFile> asset_files(std::span<const base::EmbeddedFile> files) {
  std::map<std::string_view, http::AssetFile> assets;
  for (const auto& [path, bytes] : files) {
    if (path.ends_with(".br"))
      assets[without(path, ".br")].br = bytes;
    else if (path.ends_with(".gz"))
      assets[without(path, ".gz")].gzip = bytes;
    else
      assets[path].identity = bytes;
  }

  std::vector<http::AssetFile> result;
  result.reserve(assets.size());
  for (auto& [path, asset] : assets) {
    asset.path = "/" + std::string(path);
    asset.content_type = content_type_of(path);
    asset.immutable = path.starts_with("assets/");
    result.push_back(std::move(asset));
  }
  return result;
}

std::vector<http::AssetFile> page_assets() { return asset_files(page_files()); }

}  // namespace watchbill::app
