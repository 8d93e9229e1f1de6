// A client of the API that holds every answer against openapi.yaml.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/testing/api_server.h"
#include "http/test_client.h"

namespace watchbill::api {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Reply {
  int status = 0;
  nlohmann::json body;  // null where there is none, or none that is JSON
  http::TestClient::Answer raw;

  std::string header(std::string_view name) const { return raw.header(name); }
  std::string code() const { return body.is_object() ? body.value("code", "") : ""; }
  // "path:code" of each field error.
  std::string fields() const;
};

// One connection at a time. A request that breaks the contract fails the test that sent it.
class Client {
 public:
  explicit Client(ApiServer& server) : server_(server) {}

  // What is sent along with every request.
  Client& with_session(const std::string& secret);
  Client& with_token(const std::string& secret);

  Reply get(const std::string& target) { return send("GET", target, std::nullopt); }
  Reply post(const std::string& target, const nlohmann::json& body) {
    return send("POST", target, body.dump());
  }
  Reply post(const std::string& target) { return send("POST", target, std::nullopt); }
  Reply patch(const std::string& target, const nlohmann::json& body) {
    return send("PATCH", target, body.dump());
  }
  Reply del(const std::string& target) { return send("DELETE", target, std::nullopt); }

  // `body` goes as application/json unless `headers` name another type.
  Reply send(const std::string& method, const std::string& target, const std::optional<std::string>& body,
             const Headers& headers = {});

  // The cookie that the last answer set is sent from now on.
  void keep_cookie(const Reply& reply);

  // The bytes of a request, for streams and for sending them by hand.
  std::string request(const std::string& method, const std::string& target,
                      const std::optional<std::string>& body, const Headers& headers) const;

 private:
  ApiServer& server_;
  Headers identity_;
};

// Until it holds; a test that waits for what does not happen fails.
void wait_until(const std::function<bool()>& condition);

}  // namespace watchbill::api
