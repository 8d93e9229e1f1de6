#include "tests/support/redis_server.h"

#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>

namespace watchbill::support {

namespace {

using ReplyOwner = std::unique_ptr<redisReply, void (*)(void*)>;

bool can_listen(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const bool free = bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(socket);
  return free;
}

std::string text_of(const redisReply& reply) {
  if (reply.type == REDIS_REPLY_INTEGER) return std::to_string(reply.integer);
  if (reply.type != REDIS_REPLY_ARRAY) return {reply.str ? reply.str : "", reply.len};
  std::string lines;
  for (std::size_t index = 0; index < reply.elements; ++index)
    lines += (index ? "\n" : "") + text_of(*reply.element[index]);
  return lines;
}

ReplyOwner exchange(redisContext& context, const std::vector<std::string>& command) {
  std::vector<const char*> words;
  std::vector<std::size_t> sizes;
  for (const auto& word : command) words.push_back(word.data()), sizes.push_back(word.size());
  auto* reply = redisCommandArgv(&context, static_cast<int>(words.size()), words.data(), sizes.data());
  return {static_cast<redisReply*>(reply), freeReplyObject};
}

std::string content_of(const std::filesystem::path& file) {
  std::stringstream content;
  content << std::ifstream(file).rdbuf();
  return content.str();
}

}  // namespace

std::uint16_t free_port() {
  std::random_device random;
  std::uniform_int_distribution<int> ports(12000, 32000);
  for (;;)
    if (const auto port = static_cast<std::uint16_t>(ports(random)); can_listen(port)) return port;
}

RedisServer::RedisServer(std::vector<std::string> arguments, std::string config)
    : arguments_(std::move(arguments)) {
  std::signal(SIGPIPE, SIG_IGN);  // hiredis writes to what the server may have closed
  std::ofstream(folder_.path() / "redis.conf") << config;
  start();
}

RedisServer::~RedisServer() = default;

void RedisServer::Disconnect::operator()(redisContext* context) const { redisFree(context); }

std::string RedisServer::url(std::string_view rest) const {
  return "redis://127.0.0.1:" + std::to_string(port_) + std::string(rest);
}

void RedisServer::launch() {
  const auto folder = folder_.path().string();
  std::vector<std::string> command{"redis-server", folder + "/redis.conf",
                                   "--port",       std::to_string(port_),
                                   "--bind",       "127.0.0.1",
                                   "--dir",        folder,
                                   "--unixsocket", folder + "/control",
                                   "--save",       ""};
  command.insert(command.end(), arguments_.begin(), arguments_.end());
  process_ = std::make_unique<Process>(command, folder_.path() / "log");
}

void RedisServer::start() {
  const bool first = !process_;
  launch();
  for (int attempts = 0; !answers(); ++attempts) {
    const auto log = content_of(folder_.path() / "log");
    if (!first || attempts == 5 || log.find("Address already in use") == log.npos)
      throw std::runtime_error("redis-server does not start: " + log);
    port_ = free_port();
    launch();
  }
}

// False when it ended instead.
bool RedisServer::answers() {
  wait_for("redis-server answers", [this] { return !process_->runs() || connect(); });
  return process_->runs();
}

bool RedisServer::connect() {
  const auto path = (folder_.path() / "control").string();
  control_.reset(redisConnectUnixWithTimeout(path.c_str(), {.tv_sec = 20, .tv_usec = 0}));
  if (!control_ || control_->err) return false;
  redisSetTimeout(control_.get(), {.tv_sec = 20, .tv_usec = 0});
  const auto password = std::find(arguments_.begin(), arguments_.end(), "--requirepass");
  if (password != arguments_.end() && !exchange(*control_, {"AUTH", *std::next(password)})) return false;
  return exchange(*control_, {"PING"}) != nullptr;
}

void RedisServer::stop() {
  control_.reset();
  process_->signal(SIGTERM);
  process_->wait();
}

void RedisServer::kill() {
  control_.reset();
  process_->signal(SIGKILL);
  process_->wait();
}

std::string RedisServer::ask_all(const std::vector<std::string>& command) {
  ReplyOwner reply(nullptr, freeReplyObject);
  if (control_) reply = exchange(*control_, command);
  // Sentinel, for one, ends all connections to a server that it promotes.
  if (!reply && connect()) reply = exchange(*control_, command);
  if (!reply) throw std::runtime_error("redis-server does not answer " + command.front());
  if (reply->type == REDIS_REPLY_ERROR) throw std::runtime_error(reply->str);
  return text_of(*reply);
}

std::string RedisServer::info(std::string_view field) {
  const auto all = ask("INFO", "everything");
  const auto begin = all.find("\n" + std::string(field) + ":");
  if (begin == all.npos) throw std::runtime_error("INFO has no " + std::string(field));
  const auto value = begin + field.size() + 2;
  return all.substr(value, all.find('\r', value) - value);
}

}  // namespace watchbill::support
