#include "bullmq/job_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace watchbill::bullmq {

namespace {

template <class Value>
void put(Json& json, const char* name, const std::optional<Value>& value) {
  if (!value) return;
  if constexpr (requires { value->count(); })
    json[name] = value->count();
  else if constexpr (std::is_same_v<Value, base::Timestamp>)
    json[name] = base::to_epoch_ms(*value);
  else
    json[name] = *value;
}

Json encode(const Retention& retention) {
  if (const auto* all = std::get_if<bool>(&retention)) return *all;
  if (const auto* count = std::get_if<std::int64_t>(&retention)) return *count;
  const auto& keep = std::get<KeepJobs>(retention);
  Json json = Json::object();
  put(json, "age", keep.age);
  put(json, "count", keep.count);
  put(json, "limit", keep.limit);
  return json;
}

Json encode(const Backoff& backoff) {
  Json json = {{"type", backoff.type}};
  put(json, "delay", backoff.delay);
  put(json, "jitter", backoff.jitter);
  return json;
}

Json encode(const Deduplication& deduplication) {
  Json json = {{"id", deduplication.id}};
  put(json, "ttl", deduplication.ttl);
  put(json, "extend", deduplication.extend);
  put(json, "replace", deduplication.replace);
  put(json, "reschedule", deduplication.reschedule);
  put(json, "keepLastIfActive", deduplication.keep_last_if_active);
  return json;
}

Json encode(const RepeatOptions& repeat) {
  Json json = Json::object();
  put(json, "every", repeat.every);
  if (!repeat.pattern.empty()) json["pattern"] = repeat.pattern;
  if (!repeat.time_zone.empty()) json["tz"] = repeat.time_zone;
  put(json, "limit", repeat.limit);
  put(json, "offset", repeat.offset);
  put(json, "count", repeat.count);
  put(json, "startDate", repeat.start_date);
  put(json, "endDate", repeat.end_date);
  return json;
}

// Members of an object that may be anything: a foreign client wrote it.
class Members {
 public:
  explicit Members(const Json& json) : json_(json) {}

  void take(const char* name, std::string& to) const {
    if (const auto* value = find(name); value && value->is_string()) to = value->get<std::string>();
  }
  void take(const char* name, bool& to) const {
    if (const auto* value = find(name); value && value->is_boolean()) to = value->get<bool>();
  }
  template <class Number>
  requires std::is_arithmetic_v<Number>
  void take(const char* name, Number& to) const {
    if (const auto* value = find(name); value && value->is_number()) to = value->get<Number>();
  }
  template <class Rep, class Period>
  void take(const char* name, std::chrono::duration<Rep, Period>& to) const {
    if (const auto* value = find(name); value && value->is_number())
      to = std::chrono::duration<Rep, Period>(value->get<std::int64_t>());
  }
  void take(const char* name, base::Timestamp& to) const {
    if (const auto* value = find(name); value && value->is_number())
      to = base::from_epoch_ms(value->get<std::int64_t>());
  }
  template <class Value>
  void take(const char* name, std::optional<Value>& to) const {
    const auto* value = find(name);
    if (!value || value->is_null()) return;
    Value taken{};
    take(name, taken);
    to = std::move(taken);
  }
  const Json* find(const char* name) const {
    const auto found = json_.find(name);
    return found == json_.end() ? nullptr : &*found;
  }
  const Json* object(const char* name) const {
    const auto* value = find(name);
    return value && value->is_object() ? value : nullptr;
  }

 private:
  const Json& json_;
};

std::optional<Retention> decode_retention(const Json* json) {
  if (!json) return std::nullopt;
  if (json->is_boolean()) return Retention(json->get<bool>());
  if (json->is_number()) return Retention(json->get<std::int64_t>());
  if (!json->is_object()) return std::nullopt;
  KeepJobs keep;
  const Members members(*json);
  members.take("age", keep.age);
  members.take("count", keep.count);
  members.take("limit", keep.limit);
  return Retention(keep);
}

std::optional<Backoff> decode_backoff(const Json* json) {
  if (!json) return std::nullopt;
  if (json->is_number()) return Backoff{.delay = base::Millis(json->get<std::int64_t>())};
  if (!json->is_object()) return std::nullopt;
  Backoff backoff;
  const Members members(*json);
  members.take("type", backoff.type);
  members.take("delay", backoff.delay);
  members.take("jitter", backoff.jitter);
  return backoff;
}

Deduplication decode_deduplication(const Json& json) {
  Deduplication deduplication;
  const Members members(json);
  members.take("id", deduplication.id);
  members.take("ttl", deduplication.ttl);
  members.take("extend", deduplication.extend);
  members.take("replace", deduplication.replace);
  members.take("reschedule", deduplication.reschedule);
  members.take("keepLastIfActive", deduplication.keep_last_if_active);
  return deduplication;
}

RepeatOptions decode_repeat(const Json& json) {
  RepeatOptions repeat;
  const Members members(json);
  members.take("every", repeat.every);
  members.take("pattern", repeat.pattern);
  members.take("tz", repeat.time_zone);
  members.take("limit", repeat.limit);
  members.take("offset", repeat.offset);
  members.take("count", repeat.count);
  members.take("startDate", repeat.start_date);
  members.take("endDate", repeat.end_date);
  return repeat;
}

bool is_integer(std::string_view id) {
  const auto digits = id.substr(id.starts_with('-') ? 1 : 0);
  const bool number =
      !digits.empty() && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  return number && (digits == "0" ? id == "0" : digits.front() != '0');
}

void validate_id(const std::string& id) {
  if (id.empty()) return;
  if (is_integer(id))
    throw std::invalid_argument(
        fmt::format("the job id \"{}\" must not be an integer: those are given by the queue", id));
  // Ids of the form a:b:c were those of repeated jobs once, and still pass.
  if (id.starts_with("0:") || (id.find(':') != id.npos && std::ranges::count(id, ':') != 2))
    throw std::invalid_argument(fmt::format("the job id \"{}\" must not contain \":\"", id));
}

}  // namespace

Json encode_options(const JobOptions& options) {
  Json json = {{"attempts", options.attempts}};
  put(json, "timestamp", options.timestamp);
  if (options.backoff) json["backoff"] = encode(*options.backoff);
  put(json, "delay", options.delay);
  if (options.priority != 0) json["priority"] = options.priority;
  if (options.lifo) json["lifo"] = true;
  if (options.remove_on_complete) json["removeOnComplete"] = encode(*options.remove_on_complete);
  if (options.remove_on_fail) json["removeOnFail"] = encode(*options.remove_on_fail);
  put(json, "kl", options.keep_logs);
  put(json, "stackTraceLimit", options.stack_trace_limit);
  put(json, "sizeLimit", options.size_limit);
  if (options.parent) json["parent"] = {{"id", options.parent->id}, {"queue", options.parent->queue}};
  if (options.fail_parent_on_failure) json["fpof"] = true;
  if (options.continue_parent_on_failure) json["cpof"] = true;
  if (options.ignore_dependency_on_failure) json["idof"] = true;
  if (options.remove_dependency_on_failure) json["rdof"] = true;
  if (options.deduplication) json["de"] = encode(*options.deduplication);
  if (!options.telemetry_metadata.empty()) json["tm"] = options.telemetry_metadata;
  put(json, "prevMillis", options.prev_millis);
  if (options.repeat) json["repeat"] = encode(*options.repeat);
  if (!options.job_id.empty()) json["jobId"] = options.job_id;
  return json;
}

JobOptions decode_options(std::string_view text) {
  JobOptions options;
  if (text.empty()) return options;
  const auto json = Json::parse(text);
  if (!json.is_object()) throw Json::type_error::create(302, "job options are not an object", &json);
  const Members members(json);
  members.take("jobId", options.job_id);
  members.take("timestamp", options.timestamp);
  members.take("attempts", options.attempts);
  options.backoff = decode_backoff(members.find("backoff"));
  members.take("delay", options.delay);
  members.take("priority", options.priority);
  members.take("lifo", options.lifo);
  options.remove_on_complete = decode_retention(members.find("removeOnComplete"));
  options.remove_on_fail = decode_retention(members.find("removeOnFail"));
  members.take("kl", options.keep_logs);
  members.take("stackTraceLimit", options.stack_trace_limit);
  members.take("sizeLimit", options.size_limit);
  if (const auto* parent = members.object("parent")) {
    options.parent.emplace();
    Members(*parent).take("id", options.parent->id);
    Members(*parent).take("queue", options.parent->queue);
  }
  members.take("fpof", options.fail_parent_on_failure);
  members.take("cpof", options.continue_parent_on_failure);
  members.take("idof", options.ignore_dependency_on_failure);
  members.take("rdof", options.remove_dependency_on_failure);
  if (const auto* deduplication = members.object("de"))
    options.deduplication = decode_deduplication(*deduplication);
  members.take("tm", options.telemetry_metadata);
  members.take("prevMillis", options.prev_millis);
  if (const auto* repeat = members.object("repeat")) options.repeat = decode_repeat(*repeat);
  return options;
}

void validate(const JobOptions& options, std::string_view job_name, std::size_t data_size) {
  if (options.size_limit && static_cast<std::int64_t>(data_size) > *options.size_limit)
    throw std::invalid_argument(fmt::format("the data of job \"{}\" has {} bytes, more than the limit of {}",
                                            job_name, data_size, *options.size_limit));
  validate_id(options.job_id);
  if (options.priority > kMaxPriority)
    throw std::invalid_argument(
        fmt::format("the priority {} is not from 0 to {}", options.priority, kMaxPriority));
  if (options.backoff && options.backoff->jitter &&
      (*options.backoff->jitter < 0 || *options.backoff->jitter > 1))
    throw std::invalid_argument(
        fmt::format("the backoff's jitter {} is not from 0 to 1", *options.backoff->jitter));
  if (options.deduplication && options.deduplication->id.empty())
    throw std::invalid_argument("deduplication needs an id");
  if (options.deduplication && options.parent)
    throw std::invalid_argument("deduplication and a parent cannot be used together");
  const int reactions = options.fail_parent_on_failure + options.continue_parent_on_failure +
                        options.ignore_dependency_on_failure + options.remove_dependency_on_failure;
  if (reactions > 1) throw std::invalid_argument("a child's failure can have only one effect on its parent");
}

}  // namespace watchbill::bullmq
