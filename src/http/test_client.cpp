#include "http/test_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>

#include "http/headers.h"

namespace watchbill::http {

namespace {

// Only a test that fails waits this long.
constexpr timeval kPatience{20, 0};

}  // namespace

std::string TestClient::Answer::header(std::string_view name) const {
  for (std::size_t at = head.find("\r\n"); at + 2 < head.size(); at = head.find("\r\n", at + 2)) {
    const auto line = std::string_view(head).substr(at + 2, head.find("\r\n", at + 2) - at - 2);
    const auto colon = line.find(": ");
    if (colon != line.npos && same_token(line.substr(0, colon), name))
      return std::string(line.substr(colon + 2));
  }
  return {};
}

TestClient::TestClient() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  if (socket_ < 0) throw std::runtime_error("no socket");
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
}

TestClient::TestClient(std::uint16_t port, int receive_buffer) : TestClient() {
  if (receive_buffer > 0)
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  connect(port);
}

void TestClient::connect(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("cannot connect");
}

TestClient::~TestClient() { ::close(socket_); }

bool TestClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void TestClient::shut_down_sending() { ::shutdown(socket_, SHUT_WR); }

TestClient::Answer TestClient::ask(std::string_view request) {
  send(request);
  return read(request.starts_with("HEAD "));
}

TestClient::Answer TestClient::read(bool no_body) {
  Answer answer;
  answer.head = read_until("\r\n\r\n");
  if (!answer.head.ends_with("\r\n\r\n")) return {};
  answer.status = std::atoi(answer.head.c_str() + std::string_view("HTTP/1.1 ").size());
  const auto length = std::strtoul(answer.header("Content-Length").c_str(), nullptr, 10);
  if (no_body) return answer;
  while (received_.size() < length)
    if (!receive()) return {};
  answer.body = received_.substr(0, length);
  received_.erase(0, length);
  return answer;
}

std::string TestClient::read_until(std::string_view text) {
  std::size_t at;
  while ((at = received_.find(text)) == received_.npos)
    if (!receive()) return received_;
  auto taken = received_.substr(0, at + text.size());
  received_.erase(0, taken.size());
  return taken;
}

std::string TestClient::read_to_end() {
  while (receive()) continue;
  return std::move(received_);
}

bool TestClient::receive() {
  char bytes[16 * 1024];
  const auto size = ::recv(socket_, bytes, sizeof bytes, 0);
  if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) throw std::runtime_error("the server is silent");
  reset_ = reset_ || (size < 0 && errno == ECONNRESET);
  if (size > 0) received_.append(bytes, static_cast<std::size_t>(size));
  return size > 0;
}

}  // namespace watchbill::http
