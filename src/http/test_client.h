// A plain blocking client that sends exactly the bytes it is told to, for tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace watchbill::http {

class TestClient {
 public:
  struct Answer {
    int status = 0;  // 0: the connection ended before a whole response
    std::string head, body;

    std::string header(std::string_view name) const;  // "" when absent
  };

  // With a socket, not yet connected.
  TestClient();
  explicit TestClient(std::uint16_t port, int receive_buffer = 0);
  ~TestClient();
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  void connect(std::uint16_t port);

  // False: the other side has closed.
  bool send(std::string_view bytes);
  void shut_down_sending();

  // Sends and reads one response.
  Answer ask(std::string_view request);
  // One response; `no_body` for the answer to HEAD.
  Answer read(bool no_body = false);
  // Until `text` has arrived; everything up to its end. What arrived, when the connection ended before.
  std::string read_until(std::string_view text);
  // What else arrives until the connection ends. Throws when it does not end.
  std::string read_to_end();
  // Whether the connection broke off instead of being closed.
  bool was_reset() const { return reset_; }

 private:
  bool receive();  // false: ended

  int socket_;
  std::string received_;
  bool reset_ = false;
};

}  // namespace watchbill::http
