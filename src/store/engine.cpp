#include "store/engine.h"

#include "store/mysql.h"
#include "store/sqlite.h"
#include "store/store.h"

namespace watchbill::store {

std::vector<Migration> migrations_of(std::span<const base::EmbeddedFile> files) {
  std::vector<Migration> migrations;
  for (const auto& file : files)
    migrations.push_back({std::string(file.path.substr(0, file.path.find('/'))), file.bytes});
  return migrations;
}

namespace {

bool is_of_server(const std::string& url) { return url.starts_with("mysql:") || url.starts_with("mariadb:"); }

}  // namespace

std::size_t useful_stores(const std::string& url) {
  return is_of_server(url) ? mysql::parse_mysql_url(url).connections : 1;
}

std::unique_ptr<Engine> make_engine(const StoreOptions& options, const base::Clock& clock) {
  if (is_of_server(options.url)) return std::make_unique<mysql::MysqlEngine>(options);
  return std::make_unique<sqlite::SqliteEngine>(options, clock);
}

}  // namespace watchbill::store
