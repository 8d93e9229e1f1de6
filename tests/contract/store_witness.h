// Users with due slots, and witnesses of what becomes of them: triggers that see each write of whatever
// process.
#pragma once

#include <string>
#include <vector>

#include "tests/support/mariadb_server.h"

namespace watchbill::contract {

// In a migrated database of a server; over `connection`. On a MySQL with a binary log the user may make
// triggers only where log_bin_trust_function_creators is on.
class StoreWitness {
 public:
  explicit StoreWitness(support::SqlConnection& connection) : connection_(connection) {}

  // That many users with one due slot each, a number of them with a monitor; the queue; the triggers.
  void prepare(int users);

  // Nothing is due within the next minutes, and nobody holds what was.
  bool is_all_recorded();

  bool has_violations();

  // What the triggers saw that must not be, a sentence each.
  std::vector<std::string> violations();
  // The same of what is there when all has come to an end.
  std::vector<std::string> findings();

 private:
  void add_users(int users);
  void add_monitors();
  void watch_schedules();
  void watch_rounds();

  support::SqlConnection& connection_;
};

}  // namespace watchbill::contract
