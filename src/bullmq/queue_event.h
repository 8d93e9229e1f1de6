// What happens in a queue, as its stream tells: no I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "bullmq/job_state.h"
#include "bullmq/json.h"
#include "bullmq/keys.h"
#include "redis/command.h"
#include "redis/reply.h"

namespace watchbill::bullmq {

enum class EventKind {
  added,              // a job: job_name()
  waiting,            // previous_state()
  delayed,            // delayed_until()
  active,             // previous_state()
  progress,           // progress()
  completed,          // return_value(), previous_state()
  failed,             // for good: failed_reason(), previous_state()
  retries_exhausted,  // attempts_made(); "failed" tells of the same
  stalled,
  waiting_children,
  removed,       // previous_state()
  duplicated,    // not added: there is one with its id
  deduplicated,  // not added: deduplication_id(), deduplicated_job_id()
  cleaned,       // cleaned_count()
  drained,       // nothing waits any more
  paused,
  resumed,
  other,  // somebody's own, see Queue::publish_event
};

class QueueEvent {
 public:
  QueueEvent(std::string id, std::vector<std::pair<std::string, std::string>> fields);

  EventKind kind() const { return kind_; }
  // "waiting-children": as the stream says.
  const std::string& name() const { return name_; }
  // In the stream: "1700000000000-0". Later ones are larger.
  const std::string& id() const { return id_; }
  // Empty when the event is of the queue: cleaned, drained, paused, resumed.
  const std::string& job_id() const { return job_id_; }

  // Of the kinds above; empty, 0 or nothing of others.
  std::string_view job_name() const { return field("name"); }
  JobState previous_state() const { return state_named(field("prev")); }
  // Nothing when it is not JSON.
  std::optional<Json> return_value() const { return json_or_nothing(field("returnvalue")); }
  std::optional<Json> progress() const { return json_or_nothing(field("data")); }
  std::string_view failed_reason() const { return field("failedReason"); }
  base::Timestamp delayed_until() const { return base::from_epoch_ms(number("delay")); }
  std::int64_t attempts_made() const { return number("attemptsMade"); }
  std::int64_t cleaned_count() const { return number("count"); }
  std::string_view deduplication_id() const { return field("deduplicationId"); }
  // The job that was not added, or was replaced.
  std::string_view deduplicated_job_id() const { return field("deduplicatedJobId"); }

  // As they are in the stream; the event's name is not among them.
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }
  // Empty when there is none.
  std::string_view field(std::string_view name) const;

 private:
  std::int64_t number(std::string_view name) const;

  std::string id_;
  std::string name_;
  std::string job_id_;
  EventKind kind_ = EventKind::other;
  std::vector<std::pair<std::string, std::string>> fields_;
};

// Whether the event with the id `left` came before that with `right`. What is not an id is before all.
bool is_before(std::string_view left, std::string_view right);

redis::Command last_event(const Keys& keys);
// Of the reply to last_event(): "0-0" when there is none.
std::string last_event_id_in(const redis::Reply& reply);

// Of the reply to XREAD of one stream, which is nil when nothing came.
std::vector<QueueEvent> events_read(const redis::Reply& reply);

}  // namespace watchbill::bullmq
