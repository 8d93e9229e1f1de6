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

std::unique_ptr<Engine> make_engine(const StoreOptions& options, const base::Clock& clock) {
  if (options.url.starts_with("mysql:") || options.url.starts_with("mariadb:"))
    return std::make_unique<mysql::MysqlEngine>(options);
  return std::make_unique<sqlite::SqliteEngine>(options, clock);
}

}  // namespace watchbill::store
