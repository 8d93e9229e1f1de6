#include "api/live/feed.h"

#include <charconv>

#include "api/live/event_json.h"
#include "base/id.h"

namespace watchbill::api {

Feed::Feed(domain::EventBus& bus, const domain::UserId& user_id)
    : epoch_(base::new_id().substr(0, 10)),
      subscription_(bus.subscribe(user_id, [this](const domain::Event& event) { publish(event); })) {}

std::string Feed::id_of(std::uint64_t number) const { return epoch_ + "-" + std::to_string(number); }

void Feed::publish(const domain::Event& event) {
  auto [name, data] = wire_event(event);
  const std::string id = id_of(++last_number_);
  // A sink that is over refuses; its owner removes it.
  for (auto* sink : sinks_) sink->send(id, name, data);
  remember({last_number_, name, std::move(data)});
}

void Feed::remember(Entry entry) {
  bytes_ += entry.data.size();
  entries_.push_back(std::move(entry));
  while (entries_.size() > kRememberedEvents || bytes_ > kRememberedBytes) {
    bytes_ -= entries_.front().data.size();
    entries_.pop_front();
  }
}

void Feed::add(http::EventSink& sink, std::string_view last_event_id) {
  if (last_event_id.empty())
    sink.send(id_of(last_number_), "stream.ready", "{}");
  else if (!replay(sink, last_event_id))
    sink.send(id_of(last_number_), "stream.reset", "{}");
  sinks_.insert(&sink);
}

bool Feed::replay(http::EventSink& sink, std::string_view last_event_id) const {
  if (!last_event_id.starts_with(epoch_) || last_event_id.size() <= epoch_.size() + 1) return false;
  const std::string_view digits = last_event_id.substr(epoch_.size() + 1);
  std::uint64_t heard = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), heard);
  if (error != std::errc() || end != digits.data() + digits.size() || heard > last_number_) return false;
  if (heard + entries_.size() < last_number_) return false;
  for (const Entry& entry : entries_)
    if (entry.number > heard) sink.send(id_of(entry.number), entry.name, entry.data);
  return true;
}

}  // namespace watchbill::api
