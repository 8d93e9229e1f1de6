// Name servers that do not answer.
#include "redis/lookup.h"

#include <dlfcn.h>
#include <netdb.h>

#include <condition_variable>
#include <mutex>

#include "redis/testing/redis_fixture.h"

namespace {

// The system's lookup of "hangs.test" ends when a test says so.
class Hanging {
 public:
  void wait() {
    std::unique_lock lock(mutex_);
    ++begun_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return released_; });
  }
  void release() {
    const std::scoped_lock lock(mutex_);
    released_ = true;
    changed_.notify_all();
  }
  int begun() {
    const std::scoped_lock lock(mutex_);
    return begun_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int begun_ = 0;
  bool released_ = false;
};

Hanging* hanging = nullptr;

}  // namespace

// In the place of the C library's.
extern "C" int getaddrinfo(const char* host, const char* service, const addrinfo* hints, addrinfo** found) {
  if (hanging && host && std::string_view(host) == "hangs.test") {
    hanging->wait();
    return EAI_AGAIN;
  }
  static const auto real = reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(host, service, hints, found);
}

namespace watchbill::redis {
namespace {

using ::testing::HasSubstr;
using namespace testing;

class LookupTest : public RedisFixture {
 protected:
  LookupTest() { hanging = &hanging_; }
  ~LookupTest() override {
    hanging_.release();
    reactor_.run(settled());
    hanging = nullptr;
  }
  void wait_until_it_hangs() {
    support::wait_for("the lookup hangs", [this] {
      reactor_.run_ready();
      return hanging_.begun() == 1;
    });
  }
  // The lookup thread has one task at a time: when another name is done, so is the one that hung.
  base::Task<> settled() {
    Lookup lookup(reactor_.executor());
    const Endpoint endpoint{"localhost", 1};
    co_await lookup.find(endpoint);
  }

  Hanging hanging_;
};

TEST_F(LookupTest, a_name_that_is_not_resolved_in_time_is_told_and_given_up) {
  auto options = parse_url("redis://hangs.test");
  options.connect_timeout = base::Millis(100);
  use(options);
  EXPECT_THAT(problem(),
              HasSubstr("no connection to hangs.test:6379 within 100 ms: its name was not resolved"));
  const Command ping("PING");
  EXPECT_EQ(refusal(ping, 50).kind(), ErrorKind::unavailable);
}

TEST_F(LookupTest, stop_does_not_wait_for_it) {
  use("redis://hangs.test");
  wait_until_it_hangs();
  const auto begun = clock_.monotonic_now();
  reactor_.run(client_->stop());
  EXPECT_LT(clock_.monotonic_now() - begun, base::Millis(1000));
}

TEST_F(LookupTest, an_address_needs_none) {
  support::RedisServer server;
  use("redis://hangs.test");
  wait_until_it_hangs();
  auto other = make_client(reactor_.executor(), clock_, parse_url(server.url()));
  reactor_.run(other->start());
  reactor_.run(other->wait_ready(within(5000)));
  reactor_.run(other->stop());
}

}  // namespace
}  // namespace watchbill::redis
