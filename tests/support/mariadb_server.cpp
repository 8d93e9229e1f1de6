#include "tests/support/mariadb_server.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "store/mysql_options.h"
#include "tests/support/redis_server.h"

namespace watchbill::support {

namespace {

// Where Debian has it; not every path of a user leads there.
constexpr const char* kServer = "/usr/sbin/mariadbd";
constexpr const char* kPassword = "secret/of the%test";
constexpr const char* kPasswordEncoded = "secret%2Fof%20the%25test";

std::string content_of(const std::filesystem::path& file) {
  std::stringstream content;
  content << std::ifstream(file).rdbuf();
  return content.str();
}

}  // namespace

SqlConnection::SqlConnection(const std::string& url) : connection_(mysql_init(nullptr)) {
  const bool has_database = url.find('/', url.find("://") + 3) + 1 < url.size();
  const auto options = store::mysql::parse_mysql_url(has_database ? url : url + "none");
  if (!mysql_real_connect(connection_.get(), options.host.c_str(), options.user.c_str(),
                          options.password.c_str(), has_database ? options.database.c_str() : nullptr,
                          options.port, nullptr, CLIENT_MULTI_STATEMENTS))
    throw std::runtime_error(mysql_error(connection_.get()));
  execute("SET NAMES utf8mb4; SET time_zone = '+00:00'");
}

void SqlConnection::execute(const std::string& sql) { value(sql); }

std::optional<std::string> SqlConnection::value(const std::string& sql) {
  std::optional<std::string> value;
  run(sql, [&](MYSQL_RES* result) {
    const auto row = mysql_fetch_row(result);
    if (row && row[0] && !value) value = row[0];
  });
  return value;
}

std::vector<std::vector<std::string>> SqlConnection::rows(const std::string& sql) {
  std::vector<std::vector<std::string>> rows;
  run(sql, [&](MYSQL_RES* result) {
    rows.clear();
    while (const auto row = mysql_fetch_row(result)) {
      auto& columns = rows.emplace_back();
      for (unsigned at = 0; at < mysql_num_fields(result); ++at) columns.emplace_back(row[at] ? row[at] : "");
    }
  });
  return rows;
}

void SqlConnection::run(const std::string& sql, const std::function<void(MYSQL_RES*)>& on_result) {
  auto* connection = connection_.get();
  int status = mysql_real_query(connection, sql.data(), sql.size());
  for (; status == 0; status = mysql_next_result(connection)) {
    const std::unique_ptr<MYSQL_RES, void (*)(MYSQL_RES*)> result(mysql_store_result(connection),
                                                                  mysql_free_result);
    if (result) on_result(result.get());
    if (!mysql_more_results(connection)) break;
  }
  if (status > 0 || mysql_errno(connection) != 0) throw std::runtime_error(mysql_error(connection));
}

std::string mysql_url() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing changes the environment of a running program
  const char* url = std::getenv("WATCHBILL_TEST_MYSQL_URL");
  return url ? url : "";
}

MariaDbServer::MariaDbServer(std::vector<std::string> settings, const std::filesystem::path& parent)
    : folder_(parent), settings_(std::move(settings)), port_(free_port()) {
  const auto data = (folder_.path() / "data").string();
  // A folder of its own for temporary tables: one that starts removes those of others from a common one.
  run_command({"mariadb-install-db", "--no-defaults", "--datadir=" + data,
               "--tmpdir=" + folder_.path().string(), "--skip-test-db",
               "--auth-root-authentication-method=normal"});
  std::ofstream(folder_.path() / "init.sql")
      << "CREATE USER IF NOT EXISTS test@'%' IDENTIFIED BY '" << kPassword << "';\n"
      << "GRANT ALL ON *.* TO test@'%' WITH GRANT OPTION;\n";
  start();
}

std::string MariaDbServer::url(const std::string& database) const {
  return fmt::format("mysql://test:{}@127.0.0.1:{}/{}", kPasswordEncoded, port_, database);
}

void MariaDbServer::start() {
  const auto folder = folder_.path().string();
  std::vector<std::string> command{kServer, "--no-defaults", "--datadir=" + folder + "/data",
                                   // A server that starts removes what it finds in a folder of all.
                                   "--tmpdir=" + folder, "--socket=" + folder + "/socket",
                                   "--pid-file=" + folder + "/pid", "--init-file=" + folder + "/init.sql",
                                   "--port=" + std::to_string(port_), "--bind-address=127.0.0.1",
                                   "--skip-name-resolve", "--innodb-buffer-pool-size=128M"};
  if (geteuid() == 0) command.emplace_back("--user=root");
  command.insert(command.end(), settings_.begin(), settings_.end());
  process_ = std::make_unique<Process>(command, folder_.path() / "log");
  wait_for("MariaDB answers", [this] { return !process_->runs() || answers(); });
  if (!process_->runs())
    throw std::runtime_error("mariadbd does not start: " + content_of(folder_.path() / "log"));
}

bool MariaDbServer::answers() {
  try {
    SqlConnection connection(url());
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

void MariaDbServer::stop() {
  process_->signal(SIGTERM);
  process_->wait();
}

void MariaDbServer::kill() {
  process_->signal(SIGKILL);
  process_->wait();
}

}  // namespace watchbill::support
