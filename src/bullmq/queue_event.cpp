#include "bullmq/queue_event.h"

#include <charconv>

namespace watchbill::bullmq {

namespace {

constexpr std::pair<std::string_view, EventKind> kKinds[] = {
    {"waiting", EventKind::waiting},
    {"active", EventKind::active},
    {"completed", EventKind::completed},
    {"added", EventKind::added},
    {"progress", EventKind::progress},
    {"delayed", EventKind::delayed},
    {"failed", EventKind::failed},
    {"retries-exhausted", EventKind::retries_exhausted},
    {"stalled", EventKind::stalled},
    {"waiting-children", EventKind::waiting_children},
    {"removed", EventKind::removed},
    {"duplicated", EventKind::duplicated},
    {"deduplicated", EventKind::deduplicated},
    {"cleaned", EventKind::cleaned},
    {"drained", EventKind::drained},
    {"paused", EventKind::paused},
    {"resumed", EventKind::resumed},
};

std::pair<std::uint64_t, std::uint64_t> numbers_of(std::string_view id) {
  std::pair<std::uint64_t, std::uint64_t> numbers{0, 0};
  const auto end = id.data() + id.size();
  const auto [dash, error] = std::from_chars(id.data(), end, numbers.first);
  if (error == std::errc() && dash != end) std::from_chars(dash + 1, end, numbers.second);
  return numbers;
}

}  // namespace

bool is_before(std::string_view left, std::string_view right) { return numbers_of(left) < numbers_of(right); }

QueueEvent::QueueEvent(std::string id, std::vector<std::pair<std::string, std::string>> fields)
    : id_(std::move(id)), fields_(std::move(fields)) {
  name_ = field("event");
  job_id_ = field("jobId");
  for (const auto& [name, kind] : kKinds)
    if (name == name_) kind_ = kind;
  std::erase_if(fields_, [](const auto& field) { return field.first == "event"; });
}

std::string_view QueueEvent::field(std::string_view name) const {
  for (const auto& [key, value] : fields_)
    if (key == name) return value;
  return {};
}

std::int64_t QueueEvent::number(std::string_view name) const {
  const auto digits = field(name);
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

redis::Command last_event(const Keys& keys) {
  return redis::Command("XREVRANGE", keys.events, "+", "-", "COUNT", 1);
}

std::string last_event_id_in(const redis::Reply& reply) {
  const auto id = reply.value()[0][0].text();
  return id.empty() ? "0-0" : std::string(id);
}

std::vector<QueueEvent> events_read(const redis::Reply& reply) {
  // {{stream, {{id, {field, value, …}}, …}}}
  std::vector<QueueEvent> events;
  const auto entries = reply.value()[0][1];
  for (std::size_t at = 0; at < entries.size(); ++at) {
    const auto pairs = entries[at][1];
    std::vector<std::pair<std::string, std::string>> fields;
    for (std::size_t field = 0; field + 1 < pairs.size(); field += 2)
      fields.emplace_back(pairs[field].text(), pairs[field + 1].text());
    events.emplace_back(std::string(entries[at][0].text()), std::move(fields));
  }
  return events;
}

}  // namespace watchbill::bullmq
