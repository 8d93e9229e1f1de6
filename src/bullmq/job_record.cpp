#include "bullmq/job_record.h"

namespace watchbill::bullmq {

namespace {

using Setter = void (*)(JobRecord&, redis::Value);

struct Field {
  std::string_view name;
  Setter set;
};

template <std::string JobRecord::*kMember>
void text(JobRecord& record, redis::Value value) {
  record.*kMember = value.text();
}
template <std::int64_t JobRecord::*kMember>
void number(JobRecord& record, redis::Value value) {
  record.*kMember = value.integer();
}
template <std::optional<base::Timestamp> JobRecord::*kMember>
void time(JobRecord& record, redis::Value value) {
  record.*kMember = base::from_epoch_ms(value.integer());
}

// Those of every job first.
constexpr Field kFields[] = {
    {"name", text<&JobRecord::name>},
    {"data", text<&JobRecord::data>},
    {"opts", text<&JobRecord::options_text>},
    {"timestamp",
     [](JobRecord& record, redis::Value value) { record.timestamp = base::from_epoch_ms(value.integer()); }},
    {"delay", [](JobRecord& record, redis::Value value) { record.delay = base::Millis(value.integer()); }},
    {"priority", [](JobRecord& record,
                    redis::Value value) { record.priority = static_cast<std::uint32_t>(value.integer()); }},
    {"processedOn", time<&JobRecord::processed_on>},
    {"ats", number<&JobRecord::attempts_started>},
    {"pb", text<&JobRecord::processed_by>},
    {"atm", number<&JobRecord::attempts_made>},
    {"attemptsMade", number<&JobRecord::attempts_made>},
    {"finishedOn", time<&JobRecord::finished_on>},
    {"returnvalue", text<&JobRecord::return_value>},
    {"failedReason", text<&JobRecord::failed_reason>},
    {"stacktrace", text<&JobRecord::stack_trace>},
    {"progress", text<&JobRecord::progress>},
    {"stc", number<&JobRecord::stalled_counter>},
    {"defa", text<&JobRecord::deferred_failure>},
    {"deid", text<&JobRecord::deduplication_id>},
    {"rjk", text<&JobRecord::repeat_job_key>},
    {"parentKey", text<&JobRecord::parent_key>},
    {"parent", text<&JobRecord::parent>},
};

// The text before and after the value of "jobId", if it is `id`. It stands for itself wherever it is found:
// within a string its quotes would be escaped.
std::pair<std::string_view, std::string_view> around_id(std::string_view text, std::string_view id) {
  constexpr std::string_view kMember = "\"jobId\":\"";
  const auto member = text.find(kMember);
  if (member == text.npos) return {text, {}};
  const auto begin = member + kMember.size();
  const bool is_id =
      !id.empty() && text.substr(begin).starts_with(id) && text.substr(begin + id.size()).starts_with('"');
  if (!is_id) return {text, {}};
  return {text.substr(0, begin), text.substr(begin + id.size())};
}

}  // namespace

std::shared_ptr<const JobOptions> OptionsCache::decode(std::string_view text, std::string_view id) {
  const auto [before, after] = around_id(text, id);
  if (options_ && before == before_ && after == after_) return options_;
  JobOptions options;
  try {
    options = decode_options(text);
    options.job_id.clear();
  } catch (const Json::exception&) {
    options = {};
  }
  options_ = std::make_shared<const JobOptions>(std::move(options));
  before_ = before;
  after_ = after;
  return options_;
}

std::unique_ptr<JobRecord> decode_record(std::string_view id, redis::Value hash, OptionsCache& cache) {
  auto record = std::make_unique<JobRecord>();
  record->id = id;
  record->is_ghost = true;
  for (std::size_t at = 0; at + 1 < hash.size(); at += 2) {
    const auto name = hash[at].text();
    for (const auto& field : kFields) {
      if (field.name != name) continue;
      field.set(*record, hash[at + 1]);
      break;
    }
    if (name == "name") record->is_ghost = false;
  }
  record->options = cache.decode(record->options_text, id);
  return record;
}

}  // namespace watchbill::bullmq
