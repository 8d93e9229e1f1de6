#include "bullmq/scheduler_messages.h"

#include "bullmq/error.h"
#include "bullmq/messages.h"
#include "bullmq/packing.h"
#include "bullmq/scripts.h"

namespace watchbill::bullmq {

namespace {

template <class Value>
Json number_or_nil(const std::optional<Value>& value) {
  if (!value) return nullptr;
  if constexpr (std::is_same_v<Value, base::Timestamp>)
    return base::to_epoch_ms(*value);
  else if constexpr (requires { value->count(); })
    return value->count();
  else
    return *value;
}

Json text_or_nil(const std::string& text) { return text.empty() ? Json() : Json(text); }

// The scheduler's own fields.
std::string packed_schedule(const NewScheduler& scheduler) {
  const auto& repeat = scheduler.repeat;
  Json json = {{"name", scheduler.name}};
  json["startDate"] = number_or_nil(repeat.start_date);
  json["endDate"] = number_or_nil(repeat.end_date);
  json["tz"] = text_or_nil(repeat.time_zone);
  json["pattern"] = text_or_nil(repeat.pattern);
  json["every"] = number_or_nil(repeat.every);
  json["limit"] = number_or_nil(repeat.limit);
  json["offset"] = repeat.every && repeat.offset.value_or(0) != 0 ? Json(*repeat.offset) : Json();
  return pack(json);
}

void add_time(redis::Command& command, const std::optional<base::Timestamp>& time) {
  if (time)
    command.add(base::to_epoch_ms(*time));
  else
    command.add("");
}

std::optional<std::int64_t> number_of(redis::Value value) {
  if (value.is_nil()) return std::nullopt;
  return static_cast<std::int64_t>(value.number());
}

std::optional<base::Timestamp> time_of(redis::Value value) {
  const auto millis = number_of(value);
  if (!millis) return std::nullopt;
  return base::from_epoch_ms(*millis);
}

}  // namespace

redis::Command add_job_scheduler(const Keys& keys, const NewScheduler& scheduler, base::Timestamp now) {
  static const auto& kAdd = script("addJobScheduler");
  auto command =
      with_keys(kAdd, keys.repeat, keys.delayed, keys.wait, keys.paused, keys.meta, keys.prioritized,
                keys.marker, keys.id, keys.events, keys.priority_counter, keys.active);
  add_time(command, scheduler.next);
  command.add(packed_schedule(scheduler))
      .add(scheduler.id)
      .add(scheduler.data)
      .add(pack(scheduler.template_options))
      .add(pack(scheduler.job_options))
      .add(base::to_epoch_ms(now))
      .add(keys.base)
      .add("");
  return command;
}

FirstJob first_job(const redis::Reply& reply, const std::string& scheduler_id) {
  const auto answer = reply.value();
  if (answer.is_integer())
    throw Refused(static_cast<Refusal>(answer.integer()), scheduler_id, "adding the next job");
  return {std::string(answer[0].text()), base::Millis(answer[1].integer())};
}

redis::Command update_job_scheduler(const Keys& keys, const NextJob& job, base::Timestamp now) {
  static const auto& kUpdate = script("updateJobScheduler");
  auto command = with_keys(kUpdate, keys.repeat, keys.delayed, keys.wait, keys.paused, keys.meta,
                           keys.prioritized, keys.marker, keys.id, keys.events, keys.priority_counter,
                           keys.job(job.producer_id), keys.active);
  add_time(command, job.next);
  command.add(job.scheduler_id)
      .add(job.data)
      .add(pack(job.options))
      .add(base::to_epoch_ms(now))
      .add(keys.base)
      .add(job.producer_id);
  return command;
}

redis::Command remove_job_scheduler(const Keys& keys, std::string_view id) {
  static const auto& kRemove = script("removeJobScheduler");
  auto command = with_keys(kRemove, keys.repeat, keys.delayed, keys.events);
  command.add(id).add(keys.base);
  return command;
}

redis::Command get_job_scheduler(const Keys& keys, std::string_view id) {
  static const auto& kGet = script("getJobScheduler");
  auto command = with_keys(kGet, keys.repeat);
  command.add(id);
  return command;
}

std::optional<SchedulerRecord> found_scheduler(const redis::Reply& reply, const std::string& id) {
  // {hash, score}; {} when there is none: Lua's arrays end at the first nil.
  return decode_scheduler(id, reply.value()[0], time_of(reply.value()[1]));
}

std::optional<SchedulerRecord> decode_scheduler(const std::string& id, redis::Value hash,
                                                std::optional<base::Timestamp> next) {
  if (hash.size() == 0) return std::nullopt;
  SchedulerRecord record{.id = id, .name = std::string(hash.field("name").text()), .next = next};
  record.iterations = number_of(hash.field("ic"));
  auto& repeat = record.repeat;
  if (const auto every = number_of(hash.field("every"))) repeat.every = base::Millis(*every);
  repeat.pattern = hash.field("pattern").text();
  repeat.time_zone = hash.field("tz").text();
  repeat.limit = number_of(hash.field("limit"));
  repeat.offset = number_of(hash.field("offset"));
  repeat.start_date = time_of(hash.field("startDate"));
  repeat.end_date = time_of(hash.field("endDate"));
  // What cannot be decoded is as if it was not set: the others are to be listed all the same.
  if (auto data = json_or_nothing(hash.field("data").text())) record.data = std::move(*data);
  record.options = *OptionsCache().decode(hash.field("opts").text(), {});
  return record;
}

Json encode_template(const JobOptions& options) {
  auto json = encode_options(options);
  if (options.attempts == 0) json.erase("attempts");
  return json;
}

}  // namespace watchbill::bullmq
