// A program that a test runs beside itself.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace watchbill::support {

// Looks again and again until `condition` holds; for what another process does and tells nobody. Throws
// std::runtime_error with `what` when it has not come true after 20 seconds.
void wait_for(const std::string& what, const std::function<bool()>& condition);

// Killed at the end, and with the test if that dies.
class Process {
 public:
  // What it says is appended to the file `output`.
  Process(const std::vector<std::string>& arguments, const std::filesystem::path& output);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  bool runs();
  void signal(int number);
  // Returns when all its threads have stopped, which takes a while after the signal. signal(SIGCONT) ends it.
  void pause();
  // Returns its exit status, or minus the signal that killed it.
  int wait();

 private:
  pid_t pid_;
  bool ended_ = false;
  int status_ = 0;
};

// Runs a command to its end; throws what it said when it fails.
void run_command(const std::vector<std::string>& arguments);

}  // namespace watchbill::support
