#include "app/node/supervisor.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/reactor.h"
#include "tests/support/temp_folder.h"

namespace watchbill::app {
namespace {

using base::Task;
using nlohmann::json;

class SupervisorTest : public testing::Test {
 protected:
  ~SupervisorTest() override {
    if (supervisor_) reactor_.run(supervisor_->stop());
  }

  void start() {
    supervisor_.emplace(
        reactor_.executor(), clock_, environment_, [this] { stop_asked_ = true; },
        [this] { return metrics(); });
    reactor_.run(supervisor_->start());
  }
  Task<std::optional<json>> metrics() {
    if (fails_) co_return std::nullopt;
    co_return json{{"Queue depth", 3}};
  }

  support::Reactor reactor_;
  base::SystemClock clock_;
  Supervisor::Environment environment_;
  bool stop_asked_ = false;
  bool fails_ = false;
  std::optional<Supervisor> supervisor_;
};

TEST_F(SupervisorTest, where_nobody_listens_it_says_nothing) {
  start();
  supervisor_->ready();
  supervisor_->stopping();
}

TEST_F(SupervisorTest, a_channel_that_is_none_is_left_alone) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  for (const auto& text :
       {std::to_string(ends[1]), std::string("999999"), std::string("-1"), std::string("x")}) {
    environment_["NODE_CHANNEL_FD"] = text;
    supervisor_.reset();
    start();
    supervisor_->ready();
    reactor_.run(supervisor_->stop());
  }
  close(ends[1]);
  char byte;
  EXPECT_EQ(read(ends[0], &byte, 1), 0) << "and nothing was written into it";
  close(ends[0]);
}

class SystemdTest : public SupervisorTest {
 protected:
  SystemdTest() {
    const auto path = (folder_.path() / "notify").string();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    EXPECT_EQ(bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    environment_["NOTIFY_SOCKET"] = path;
  }
  ~SystemdTest() override { close(socket_); }

  // What systemd got, oldest first; empty: nothing more.
  std::string heard() {
    char text[256];
    const auto length = recv(socket_, text, sizeof text, 0);
    return length < 0 ? "" : std::string(text, static_cast<std::size_t>(length));
  }

  support::TempFolder folder_;
  int socket_ = -1;
};

TEST_F(SystemdTest, hears_when_it_is_ready_and_when_it_stops) {
  start();
  EXPECT_EQ(heard(), "");
  supervisor_->ready();
  EXPECT_EQ(heard(), "READY=1");
  supervisor_->stopping();
  EXPECT_EQ(heard(), "STOPPING=1");
}

TEST_F(SystemdTest, hears_from_the_reactor_twice_within_its_patience) {
  environment_["WATCHDOG_USEC"] = "20000";
  start();
  for (int i = 0; i < 3; ++i) {
    std::string state;
    reactor_.run_until([&] { return !(state = heard()).empty(); });
    EXPECT_EQ(state, "WATCHDOG=1");
  }
}

TEST_F(SystemdTest, hears_no_watchdog_that_is_meant_for_another_process) {
  environment_["WATCHDOG_USEC"] = "20000";
  environment_["WATCHDOG_PID"] = "1";
  start();
  reactor_.run_ready();
  EXPECT_EQ(heard(), "");
}

class Pm2Test : public SupervisorTest {
 protected:
  Pm2Test() {
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends_), 0);
    environment_["NODE_CHANNEL_FD"] = std::to_string(ends_[1]);
  }
  ~Pm2Test() override { close(ends_[0]); }

  std::string line() {
    std::string text;
    for (char byte; read(ends_[0], &byte, 1) == 1 && byte != '\n';) text += byte;
    return text;
  }
  void say(const std::string& text) {
    ASSERT_EQ(write(ends_[0], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  int ends_[2];
};

TEST_F(Pm2Test, hears_that_it_is_ready) {
  fails_ = true;
  start();
  supervisor_->ready();
  EXPECT_EQ(line(), R"("ready")");
}

TEST_F(Pm2Test, shows_the_metrics) {
  start();
  const auto message = json::parse(line());
  EXPECT_EQ(message["type"], "axm:monitor");
  EXPECT_EQ(message["data"]["Queue depth"]["value"], 3);
}

TEST_F(Pm2Test, asks_it_to_stop_among_messages_that_are_none_of_its_business) {
  start();
  say("{\"cmd\":\"NODE_HANDLE\"}\nnot json\n\"shut");
  reactor_.run_ready();
  EXPECT_FALSE(stop_asked_);
  say("down\"\n");
  reactor_.run_until([this] { return stop_asked_; });
}

TEST_F(Pm2Test, that_goes_away_does_not_end_it) {
  start();
  close(ends_[0]);
  reactor_.run_ready();
  supervisor_->ready();
  EXPECT_FALSE(stop_asked_);
  ends_[0] = -1;
}

}  // namespace
}  // namespace watchbill::app
