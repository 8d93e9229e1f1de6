// A real redis-server in a temporary folder, on a free port of 127.0.0.1.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_folder.h"

struct redisContext;

namespace watchbill::support {

// A port below those that the system gives to outgoing connections, so that a server that was stopped finds
// its own free when it comes back.
std::uint16_t free_port();

// Runs when the constructor returns; stopped with its object. Keeps nothing on disk unless told so.
class RedisServer {
 public:
  // As on the command line: {"--requirepass", "secret", "--maxmemory", "2mb"}. `config` are lines of its
  // configuration file, for what the command line cannot say (Sentinel).
  explicit RedisServer(std::vector<std::string> arguments = {}, std::string config = {});
  ~RedisServer();

  std::uint16_t port() const { return port_; }
  // "redis://127.0.0.1:port" + `rest`, which may be "/2" or "?prefix=x".
  std::string url(std::string_view rest = {}) const;
  pid_t pid() const { return process_->pid(); }
  const std::filesystem::path& folder() const { return folder_.path(); }

  // Returns once it answers, if only that it is loading. Same port, folder and arguments as before.
  void start();
  void stop();  // SIGTERM: as an operator does it
  void kill();  // SIGKILL
  void pause() { process_->pause(); }
  void resume() { process_->signal(SIGCONT); }

  // A command over a connection of the test's own, through a Unix socket: server.ask("CONFIG", "SET", ...).
  // The elements of an array, however nested, are lines; nil is empty. Throws std::runtime_error for an
  // error reply.
  template <class... Arguments>
  std::string ask(const Arguments&... arguments) {
    return ask_all({std::string(arguments)...});
  }
  std::string ask_all(const std::vector<std::string>& command);

  // "connected_clients" of INFO.
  std::string info(std::string_view field);

 private:
  struct Disconnect {
    void operator()(redisContext* context) const;
  };

  void launch();
  bool answers();
  bool connect();

  const TempFolder folder_;
  const std::vector<std::string> arguments_;
  std::uint16_t port_ = free_port();
  std::unique_ptr<Process> process_;
  std::unique_ptr<redisContext, Disconnect> control_;
};

}  // namespace watchbill::support
