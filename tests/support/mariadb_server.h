// A real MariaDB in a temporary folder, on a free port of 127.0.0.1.
#pragma once

#include <mysql.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_folder.h"

namespace watchbill::support {

// A connection of the test's own, as an operator or another application has one. Throws std::runtime_error.
class SqlConnection {
 public:
  // mysql://USER:PASSWORD@HOST:PORT/DATABASE, the database may be left out.
  explicit SqlConnection(const std::string& url);

  // One or several statements.
  void execute(const std::string& sql);
  // The first column of the first row.
  std::optional<std::string> value(const std::string& sql);
  // All rows of the last result; NULL is an empty text.
  std::vector<std::vector<std::string>> rows(const std::string& sql);

 private:
  struct Close {
    void operator()(MYSQL* connection) const { mysql_close(connection); }
  };

  // `on_result` takes each result that has rows.
  void run(const std::string& sql, const std::function<void(MYSQL_RES*)>& on_result);

  std::unique_ptr<MYSQL, Close> connection_;
};

// WATCHBILL_TEST_MYSQL_URL: mysql://USER:PASSWORD@HOST:PORT/ of a MySQL that runs already and a user there
// who may create databases. Empty: there is none.
std::string mysql_url();

// Runs when the constructor returns; stopped with its object.
class MariaDbServer {
 public:
  // `settings` as on the command line: {"--innodb-flush-log-at-trx-commit=0"}.
  // `parent`: where its folder lies.
  explicit MariaDbServer(std::vector<std::string> settings = {},
                         const std::filesystem::path& parent = std::filesystem::temp_directory_path());

  // Of a user who may do everything; with the name of a database, which need not exist, and parameters.
  std::string url(const std::string& database = "") const;
  std::uint16_t port() const { return port_; }
  pid_t pid() const { return process_->pid(); }

  // Returns once it answers. Same port, folder and settings as before.
  void start();
  void stop();  // SIGTERM: as an operator does it
  void kill();  // SIGKILL
  void pause() { process_->pause(); }
  void resume() { process_->signal(SIGCONT); }

 private:
  bool answers();

  const TempFolder folder_;
  const std::vector<std::string> settings_;
  std::uint16_t port_;
  std::unique_ptr<Process> process_;
};

}  // namespace watchbill::support
