#include "queue/payload.h"

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>
#include <variant>

#include "bullmq/json.h"
#include "domain/schedule.h"

namespace watchbill::queue {

namespace {

using bullmq::Json;

struct Other {};  // of a type that no member has
using Value = std::variant<std::monostate, std::string, std::int64_t, std::uint64_t, Other>;
enum Member { user_id, user_email, interval_minutes, scheduled_at, slot, fence };
constexpr std::array<std::string_view, 6> kNames{"userId",      "userEmail", "intervalMinutes",
                                                 "scheduledAt", "slot",      "fence"};

// The members of the outermost object. Every round has a payload: no tree is built to read it.
class Payload final : public nlohmann::json_sax<Json> {
 public:
  explicit Payload(std::string_view text) {
    if (!Json::sax_parse(text, static_cast<nlohmann::json_sax<Json>*>(this)))
      throw std::invalid_argument("the job's data is not JSON" + error_);
    if (!is_object_) throw std::invalid_argument("the job's data is not an object");
  }

  std::string text(Member member) {
    auto& value = values_[member];
    if (is_absent(value)) return {};
    if (auto* text = std::get_if<std::string>(&value)) return std::move(*text);
    refuse(member, "a text");
  }

  std::optional<std::int64_t> integer(Member member) const {
    const auto& value = values_[member];
    if (is_absent(value)) return std::nullopt;
    if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
    refuse(member, std::holds_alternative<std::uint64_t>(value) ? "a number of this size" : "a whole number");
  }

  // As toISOString() writes it, or as milliseconds since 1970.
  std::optional<base::Timestamp> time(Member member) const {
    const auto& value = values_[member];
    if (is_absent(value)) return std::nullopt;
    if (const auto* number = std::get_if<std::int64_t>(&value)) return base::from_epoch_ms(*number);
    const auto* text = std::get_if<std::string>(&value);
    const auto time = text ? base::parse_iso8601(*text) : std::nullopt;
    if (!time) refuse(member, "a time in ISO 8601");
    return time;
  }

  [[noreturn]] static void refuse(Member member, const std::string& wanted) {
    throw std::invalid_argument("the job's " + std::string(kNames[member]) + " is not " + wanted);
  }

 private:
  static bool is_absent(const Value& value) { return std::holds_alternative<std::monostate>(value); }

  bool put(Value value) {
    if (depth_ == 1 && member_ < values_.size()) values_[member_] = std::move(value);
    return true;
  }
  bool enter(bool is_object) {
    put(Other{});
    if (depth_++ == 0) is_object_ = is_object;
    return true;
  }
  bool leave() {
    --depth_;
    return true;
  }

  bool null() override { return put(std::monostate{}); }
  bool boolean(bool) override { return put(Other{}); }
  bool number_integer(std::int64_t value) override { return put(value); }
  bool number_unsigned(std::uint64_t value) override {
    if (value > std::numeric_limits<std::int64_t>::max()) return put(value);
    return put(static_cast<std::int64_t>(value));
  }
  bool number_float(double, const std::string&) override { return put(Other{}); }
  bool string(std::string& value) override { return put(std::move(value)); }
  bool binary(Json::binary_t&) override { return put(Other{}); }
  bool start_object(std::size_t) override { return enter(true); }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t) override { return enter(false); }
  bool end_array() override { return leave(); }
  bool key(std::string& name) override {
    if (depth_ == 1)
      member_ = static_cast<std::size_t>(std::find(kNames.begin(), kNames.end(), name) - kNames.begin());
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const Json::exception& e) override {
    error_ = std::string(": ") + e.what();
    return false;
  }

  std::array<Value, kNames.size()> values_;
  std::size_t member_ = kNames.size();  // of which the value comes; beyond: of none that is wanted
  int depth_ = 0;
  bool is_object_ = false;
  std::string error_;
};

}  // namespace

std::string encode_payload(const RoundJob& job) {
  Json data = Json::object();
  data.get_ref<Json::object_t&>().reserve(kNames.size());
  const auto put = [&data](Member member, auto&& value) { data.emplace(kNames[member], value); };
  put(user_id, job.user_id);
  put(user_email, job.user_email);
  put(interval_minutes, job.interval_minutes);
  put(scheduled_at, base::to_iso8601(job.scheduled_at));
  if (job.slot) put(slot, base::to_iso8601(*job.slot));
  if (job.fence) put(fence, *job.fence);
  return bullmq::to_text(data);
}

RoundJob decode_payload(std::string_view text) {
  Payload data(text.empty() ? "{}" : text);
  RoundJob job;
  job.user_id = data.text(user_id);
  if (job.user_id.empty()) throw std::invalid_argument("the job names no user: userId is missing");
  job.user_email = data.text(user_email);
  const auto interval = data.integer(interval_minutes).value_or(job.interval_minutes);
  if (!domain::valid_interval(interval)) Payload::refuse(interval_minutes, "from 1 to 1440");
  job.interval_minutes = static_cast<int>(interval);
  job.scheduled_at = data.time(scheduled_at).value_or(base::Timestamp{});
  job.slot = data.time(slot);
  job.fence = data.integer(fence);
  return job;
}

}  // namespace watchbill::queue
