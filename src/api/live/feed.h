// What one user's open pages are told, and what was told lately.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/time.h"
#include "domain/events.h"
#include "http/event_stream.h"

namespace watchbill::api {

// Reactor thread only. Hears the bus from construction to destruction.
class Feed {
 public:
  // Who missed more reads everything again. In bytes less than what may wait for one reader
  // (http::ServerOptions::max_event_backlog), or catching up would end in being cut off, again and again.
  static constexpr std::size_t kRememberedEvents = 1024;
  static constexpr std::size_t kRememberedBytes = 128 * 1024;

  Feed(domain::EventBus& bus, const domain::UserId& user_id);

  // Brings `sink` up to date and then keeps it so until remove(). `last_event_id` is what the client heard
  // last, "" for a new one: it then gets "stream.ready", an old one what it missed, or "stream.reset" where
  // that is gone.
  void add(http::EventSink& sink, std::string_view last_event_id);
  void remove(http::EventSink& sink) { sinks_.erase(&sink); }
  bool heard() const { return !sinks_.empty(); }

 private:
  struct Entry {
    std::uint64_t number;
    std::string_view name;
    std::string data;
  };

  void publish(const domain::Event& event);
  void remember(Entry entry);
  bool replay(http::EventSink& sink, std::string_view last_event_id) const;
  std::string id_of(std::uint64_t number) const;

  const std::string epoch_;  // numbers of another Feed, from before a restart too, mean nothing here
  std::uint64_t last_number_ = 0;
  std::deque<Entry> entries_;
  std::size_t bytes_ = 0;  // of their data
  std::unordered_set<http::EventSink*> sinks_;
  domain::EventBus::Subscription subscription_;
};

}  // namespace watchbill::api
