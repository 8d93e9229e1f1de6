// The event streams of all signed-in users.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "api/auth/sessions.h"
#include "api/live/feed.h"
#include "base/event.h"
#include "base/service.h"
#include "base/task_group.h"

namespace watchbill::api {

// Reactor thread only. A user costs nothing while none of his pages is open. Stop the HTTP server before it.
class LiveStreams final : public base::Service {
 public:
  static constexpr std::size_t kPerUser = 10;
  // Open streams are checked this often for a session that ended elsewhere (another process, the shell).
  static constexpr auto kRecheck = std::chrono::seconds(4);
  // A page that lost its line for less finds what it missed.
  static constexpr auto kKeepFeed = std::chrono::minutes(2);

  LiveStreams(base::asio::any_io_executor executor, domain::EventBus& bus, Sessions& sessions,
              const base::Clock& clock);
  ~LiveStreams() override;

  base::Task<> start() override;
  base::Task<> stop() override;

  // The answer that becomes a stream. Throws Refusal 429 when the user has kPerUser.
  http::Response open(const Identity& identity, std::string_view last_event_id);

  // A session ended, or a user was disabled: look at once.
  void recheck() { wake_.notify(); }

  std::size_t open_streams() const { return streams_.size(); }

 private:
  struct Page;  // one place of a user's kPerUser
  struct UserFeed {
    explicit UserFeed(domain::EventBus& bus, const domain::UserId& user_id) : feed(bus, user_id) {}
    Feed feed;
    std::size_t pages = 0;
    base::Monotonic unheard_since{};
  };
  struct Stream {
    Credential credential;
    http::EventSink* sink;
  };
  class Registration;

  UserFeed& feed_of(const domain::UserId& user_id);
  base::Task<> serve(std::shared_ptr<Page> page, Credential credential, std::string last_event_id,
                     http::EventSink& sink);
  base::Task<> watch();
  base::Task<> end_dead_streams();
  void drop_unheard_feeds();

  domain::EventBus& bus_;
  Sessions& sessions_;
  const base::Clock& clock_;
  base::Event wake_;
  base::TaskGroup tasks_;
  std::unordered_map<domain::UserId, std::unique_ptr<UserFeed>> feeds_;
  std::map<std::uint64_t, Stream> streams_;
  std::uint64_t last_stream_ = 0;
};

}  // namespace watchbill::api
