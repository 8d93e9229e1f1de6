#include "app/config/config.h"

#include <fmt/format.h>

namespace watchbill::app {

namespace {

constexpr std::string_view kSqlite = "sqlite:";

}  // namespace

void settle_paths(Config& config) {
  if (config.database_url.empty()) {
    if (config.data_dir.empty()) config.data_dir = "data";
    config.database_url = std::string(kSqlite) + (config.data_dir / "watchbill.db").string();
  }
  if (config.data_dir.empty()) {
    const auto file = sqlite_file(config.database_url);
    config.data_dir = file.empty() ? "data" : file.has_parent_path() ? file.parent_path() : ".";
  }
}

std::filesystem::path sqlite_file(const std::string& database_url) {
  if (!database_url.starts_with(kSqlite)) return {};
  std::string path = database_url.substr(kSqlite.size());
  if (path.starts_with("///")) path.erase(0, 2);
  return path;
}

store::StoreOptions store_options(const Config& config, const base::Clock& clock) {
  return {.url = config.database_url,
          .clock = &clock,
          .default_interval_minutes = config.default_interval_minutes};
}

std::string local_url(const Config& config) {
  std::string host = config.host == "0.0.0.0" ? "127.0.0.1" : config.host == "::" ? "::1" : config.host;
  if (host.find(':') != host.npos) host = "[" + host + "]";
  return fmt::format("http://{}:{}{}", host, config.port, config.base_path);
}

std::string shown_url(const Config& config) {
  return config.public_url.empty() ? local_url(config) : config.public_url;
}

}  // namespace watchbill::app
