#include "api/live/streams.h"

#include "api/refusal.h"
#include "base/log.h"

namespace watchbill::api {

struct LiveStreams::Page {
  Page(LiveStreams& owner, UserFeed& user) : owner(owner), user(user) { ++user.pages; }
  ~Page() {
    if (--user.pages == 0) user.unheard_since = owner.clock_.monotonic_now();
  }
  LiveStreams& owner;
  UserFeed& user;  // kept while it has pages
};

// A stream that is being served.
class LiveStreams::Registration {
 public:
  Registration(LiveStreams& owner, Page& page, Credential credential, std::string_view last_event_id,
               http::EventSink& sink)
      : owner_(owner), page_(page), sink_(sink), number_(++owner.last_stream_) {
    page_.user.feed.add(sink, last_event_id);
    owner_.streams_.emplace(number_, Stream{std::move(credential), &sink});
  }
  ~Registration() {
    owner_.streams_.erase(number_);
    page_.user.feed.remove(sink_);
  }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;

 private:
  LiveStreams& owner_;
  Page& page_;
  http::EventSink& sink_;
  std::uint64_t number_;
};

LiveStreams::LiveStreams(base::asio::any_io_executor executor, domain::EventBus& bus, Sessions& sessions,
                         const base::Clock& clock)
    : bus_(bus), sessions_(sessions), clock_(clock), wake_(executor), tasks_(executor) {}

LiveStreams::~LiveStreams() = default;

base::Task<> LiveStreams::start() {
  tasks_.spawn("live streams", watch());
  co_return;
}

base::Task<> LiveStreams::stop() {
  tasks_.cancel();
  co_await tasks_.join();
}

LiveStreams::UserFeed& LiveStreams::feed_of(const domain::UserId& user_id) {
  auto& feed = feeds_[user_id];
  if (!feed) {
    feed = std::make_unique<UserFeed>(bus_, user_id);
    wake_.notify();
  }
  return *feed;
}

http::Response LiveStreams::open(const Identity& identity, std::string_view last_event_id) {
  UserFeed& user = feed_of(identity.user.id);
  if (user.pages >= kPerUser)
    throw too_many_requests(std::chrono::seconds(30), "Too many open pages. Close one of them.");
  // Taken now and not when the stream begins, so that many at once cannot slip through.
  auto page = std::make_shared<Page>(*this, user);
  return http::Response::events([this, page = std::move(page), credential = identity.credential,
                                 last = std::string(last_event_id)](http::EventSink& sink) {
    return serve(page, credential, last, sink);
  });
}

base::Task<> LiveStreams::serve(std::shared_ptr<Page> page, Credential credential, std::string last_event_id,
                                http::EventSink& sink) {
  const Registration registration(*this, *page, std::move(credential), last_event_id, sink);
  co_await sink.closed();
}

base::Task<> LiveStreams::watch() {
  for (;;) {
    if (feeds_.empty())
      co_await wake_.wait();
    else
      co_await wake_.wait_until(clock_.monotonic_now() + kRecheck);
    if (!streams_.empty()) co_await end_dead_streams();
    drop_unheard_feeds();
  }
}

base::Task<> LiveStreams::end_dead_streams() {
  std::vector<std::uint64_t> numbers;
  std::vector<Credential> credentials;
  for (const auto& [number, stream] : streams_) {
    numbers.push_back(number);
    credentials.push_back(stream.credential);
  }
  std::vector<bool> alive;
  try {
    alive = co_await sessions_.alive(std::move(credentials));
  } catch (const store::Error& error) {
    // Nobody is known to be gone while the store cannot say; the next look will tell.
    base::log::debug("sessions of open streams not checked", {{"cause", error.what()}});
    co_return;
  }
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto stream = streams_.find(numbers[i]);
    if (!alive[i] && stream != streams_.end()) stream->second.sink->close();
  }
}

void LiveStreams::drop_unheard_feeds() {
  const auto now = clock_.monotonic_now();
  std::erase_if(feeds_, [now](const auto& entry) {
    return entry.second->pages == 0 && now - entry.second->unheard_since >= kKeepFeed;
  });
}

}  // namespace watchbill::api
