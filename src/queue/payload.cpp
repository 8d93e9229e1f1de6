#include "queue/payload.h"

#include <limits>
#include <stdexcept>

namespace watchbill::queue {

namespace {

using bullmq::Json;

constexpr std::int64_t kMaxMinutes = 1440;
constexpr std::uint64_t kLargest = std::numeric_limits<std::int64_t>::max();

const Json* member(const Json& data, const char* name) {
  const auto found = data.find(name);
  return found == data.end() || found->is_null() ? nullptr : &*found;
}

[[noreturn]] void refuse(const char* name, const char* wanted) {
  throw std::invalid_argument(std::string("the job's ") + name + " is not " + wanted);
}

std::string text(const Json& data, const char* name) {
  const auto* value = member(data, name);
  if (!value) return {};
  if (!value->is_string()) refuse(name, "a text");
  return value->get<std::string>();
}

std::optional<std::int64_t> integer(const Json& data, const char* name) {
  const auto* value = member(data, name);
  if (!value) return std::nullopt;
  if (!value->is_number_integer()) refuse(name, "a whole number");
  if (value->is_number_unsigned() && value->get<std::uint64_t>() > kLargest)
    refuse(name, "a number of this size");
  return value->get<std::int64_t>();
}

// As toISOString() writes it, or as milliseconds since 1970.
std::optional<base::Timestamp> time(const Json& data, const char* name) {
  const auto* value = member(data, name);
  if (!value) return std::nullopt;
  if (value->is_number_integer()) return base::from_epoch_ms(integer(data, name).value());
  const auto time = value->is_string() ? base::parse_iso8601(value->get<std::string>()) : std::nullopt;
  if (!time) refuse(name, "a time in ISO 8601");
  return time;
}

}  // namespace

Json encode_payload(const RoundJob& job) {
  Json data = {{"userId", job.user_id},
               {"userEmail", job.user_email},
               {"intervalMinutes", job.interval_minutes},
               {"scheduledAt", base::to_iso8601(job.scheduled_at)}};
  if (job.slot) data["slot"] = base::to_iso8601(*job.slot);
  if (job.fence) data["fence"] = *job.fence;
  return data;
}

RoundJob decode_payload(const Json& data) {
  if (!data.is_object()) throw std::invalid_argument("the job's data is not an object");
  RoundJob job;
  job.user_id = text(data, "userId");
  if (job.user_id.empty()) throw std::invalid_argument("the job names no user: userId is missing");
  job.user_email = text(data, "userEmail");
  const auto interval = integer(data, "intervalMinutes").value_or(job.interval_minutes);
  if (interval < 1 || interval > kMaxMinutes) refuse("intervalMinutes", "from 1 to 1440");
  job.interval_minutes = static_cast<int>(interval);
  job.scheduled_at = time(data, "scheduledAt").value_or(base::Timestamp{});
  job.slot = time(data, "slot");
  job.fence = integer(data, "fence");
  return job;
}

}  // namespace watchbill::queue
