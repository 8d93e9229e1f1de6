#include "api/testing/client.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace watchbill::api {

std::string Reply::fields() const {
  std::string text;
  for (const auto& field : body.value("fields", nlohmann::json::array()))
    text += (text.empty() ? "" : " ") + field.value("path", "") + ":" + field.value("code", "");
  return text;
}

Client& Client::with_session(const std::string& secret) {
  identity_ = {{"Cookie", "theme=dark; watchbill_session=" + secret}};
  return *this;
}

Client& Client::with_token(const std::string& secret) {
  identity_ = {{"Authorization", "Bearer " + secret}};
  return *this;
}

void Client::keep_cookie(const Reply& reply) {
  const std::string cookie = reply.header("Set-Cookie");
  identity_ = {{"Cookie", cookie.substr(0, cookie.find(';'))}};
}

std::string Client::request(const std::string& method, const std::string& target,
                            const std::optional<std::string>& body, const Headers& headers) const {
  std::string text =
      method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server_.port()) + "\r\n";
  Headers all = identity_;
  all.insert(all.end(), headers.begin(), headers.end());
  const bool typed =
      std::any_of(all.begin(), all.end(), [](const auto& h) { return h.first == "Content-Type"; });
  if (body && !typed) all.emplace_back("Content-Type", "application/json");
  if (body || method != "GET") all.emplace_back("Content-Length", std::to_string(body.value_or("").size()));
  for (const auto& [name, value] : all) text += name + ": " + value + "\r\n";
  return text + "\r\n" + body.value_or("");
}

Reply Client::send(const std::string& method, const std::string& target,
                   const std::optional<std::string>& body, const Headers& headers) {
  http::TestClient connection(server_.port());
  Reply reply;
  reply.raw = connection.ask(request(method, target, body, headers));
  reply.status = reply.raw.status;
  const std::string content_type = reply.header("Content-Type");
  const std::string type = content_type.substr(0, content_type.find(';'));
  if (type == "application/json" && !reply.raw.body.empty())
    reply.body = nlohmann::json::parse(reply.raw.body);
  const std::string path = target.substr(0, target.find('?'));
  for (const auto& problem : server_.contract().problems(
           {method, path, reply.status, type, reply.raw.body, reply.header("Retry-After")}))
    ADD_FAILURE() << method << " " << target << " " << reply.status << ": " << problem;
  return reply;
}

void wait_until(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error("the awaited did not happen");
    std::this_thread::yield();
  }
}

}  // namespace watchbill::api
