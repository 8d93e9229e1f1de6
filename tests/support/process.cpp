#include "tests/support/process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "tests/support/temp_folder.h"

namespace watchbill::support {

namespace {

constexpr int kNotFound = 127;

int status_of(int waited) { return WIFEXITED(waited) ? WEXITSTATUS(waited) : -WTERMSIG(waited); }

}  // namespace

void wait_for(const std::string& what, const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error("waited in vain until " + what);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

Process::Process(const std::vector<std::string>& arguments, const std::filesystem::path& output) {
  std::vector<char*> pointers;
  for (const auto& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  const std::string file = output.string();
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("cannot fork");
  if (pid_ > 0) return;
  // The child, from here on with what is safe after fork() only.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int log = open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  close_range(3, ~0U, 0);
  execvp(pointers[0], pointers.data());
  _exit(kNotFound);
}

Process::~Process() {
  if (!runs()) return;
  signal(SIGKILL);
  wait();
}

bool Process::runs() {
  int waited = 0;
  if (!ended_ && waitpid(pid_, &waited, WNOHANG) == pid_) {
    ended_ = true;
    status_ = status_of(waited);
  }
  return !ended_;
}

void Process::signal(int number) {
  if (runs()) kill(pid_, number);
}

void Process::pause() {
  signal(SIGSTOP);
  int waited = 0;
  if (ended_ || waitpid(pid_, &waited, WUNTRACED) != pid_ || WIFSTOPPED(waited)) return;
  ended_ = true;
  status_ = status_of(waited);
}

int Process::wait() {
  if (ended_) return status_;
  int waited = 0;
  if (waitpid(pid_, &waited, 0) != pid_) throw std::runtime_error("nobody to wait for");
  ended_ = true;
  return status_ = status_of(waited);
}

void run_command(const std::vector<std::string>& arguments) {
  const TempFolder folder;
  const auto output = folder.path() / "output";
  if (Process(arguments, output).wait() == 0) return;
  std::stringstream said;
  said << std::ifstream(output).rdbuf();
  throw std::runtime_error(arguments.front() + " failed: " + said.str());
}

}  // namespace watchbill::support
