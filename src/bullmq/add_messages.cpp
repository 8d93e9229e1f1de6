#include "bullmq/error.h"
#include "bullmq/messages.h"
#include "bullmq/packing.h"
#include "bullmq/scripts.h"

namespace watchbill::bullmq {

namespace {

constexpr std::size_t kArguments = 10;

// Of the job's hash; not the parent of the options, which names the key otherwise.
Json parent_of(const JobOptions& options) {
  if (!options.parent) return nullptr;
  Json parent = {{"id", options.parent->id}, {"queueKey", options.parent->queue}};
  if (options.fail_parent_on_failure) parent["fpof"] = true;
  if (options.remove_dependency_on_failure) parent["rdof"] = true;
  if (options.ignore_dependency_on_failure) parent["idof"] = true;
  if (options.continue_parent_on_failure) parent["cpof"] = true;
  return parent;
}

std::string parent_key_of(const Parent& parent) { return parent.queue + ":" + parent.id; }

std::string arguments_of(const Keys& keys, const NewJob& job, base::Timestamp now, const FlowLink& link) {
  const auto& options = job.options;
  const auto& id = options.job_id.empty() ? link.id : options.job_id;
  const auto text_or_nil = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  Json arguments = Json::array();
  arguments.get_ref<Json::array_t&>().reserve(kArguments);
  arguments.push_back(keys.base);
  arguments.push_back(id);
  arguments.push_back(job.name);
  arguments.push_back(base::to_epoch_ms(options.timestamp.value_or(now)));
  arguments.push_back(options.parent ? Json(parent_key_of(*options.parent)) : Json());
  arguments.push_back(options.parent ? Json(parent_key_of(*options.parent) + ":dependencies") : Json());
  arguments.push_back(parent_of(options));
  arguments.push_back(text_or_nil(options.repeat_job_key));
  arguments.push_back(options.deduplication ? Json(keys.deduplication + ":" + options.deduplication->id)
                                            : Json());
  arguments.push_back(link.defers_parent_release ? Json(1) : Json());
  return pack(arguments);
}

redis::Command script_for(const Keys& keys, const JobOptions& options, const FlowLink& link) {
  if (link.waits_for_children) {
    static const auto& kAddParent = script("addParentJob");
    return with_keys(kAddParent, keys.meta, keys.id, keys.delayed, keys.waiting_children, keys.completed,
                     keys.events);
  }
  if (options.delay && options.delay->count() > 0) {
    static const auto& kAddDelayed = script("addDelayedJob");
    return with_keys(kAddDelayed, keys.marker, keys.meta, keys.id, keys.delayed, keys.completed, keys.events);
  }
  if (options.priority != 0) {
    static const auto& kAddPrioritized = script("addPrioritizedJob");
    return with_keys(kAddPrioritized, keys.marker, keys.meta, keys.id, keys.prioritized, keys.delayed,
                     keys.completed, keys.active, keys.events, keys.priority_counter);
  }
  static const auto& kAddStandard = script("addStandardJob");
  return with_keys(kAddStandard, keys.wait, keys.paused, keys.meta, keys.id, keys.completed, keys.delayed,
                   keys.active, keys.events, keys.marker);
}

// The id is the last option, so that all before it is the same for jobs that differ by it alone.
std::string packed_options(const JobOptions& options, PackedOptions& cache) {
  const auto& id = options.job_id;
  const auto packed_id = id.empty() ? std::string() : pack(id);
  const bool both_or_none = cache.options.job_id.empty() == id.empty();
  if (both_or_none) cache.options.job_id = id;
  if (cache.bytes.empty() || !(cache.options == options)) {
    auto bytes = pack(encode_options(options));
    bytes.resize(bytes.size() - packed_id.size());
    cache = {options, std::move(bytes)};
  }
  return cache.bytes + packed_id;
}

}  // namespace

redis::Command add_job(const Keys& keys, const NewJob& job, base::Timestamp now, PackedOptions& cache,
                       const FlowLink& link) {
  auto command = script_for(keys, job.options, link);
  command.add(arguments_of(keys, job, now, link)).add(job.data).add(packed_options(job.options, cache));
  return command;
}

redis::Command release_parent(const Parent& parent, base::Timestamp now) {
  static const auto& kRelease = script("releaseParentIfNoPendingDependencies");
  const auto key = parent_key_of(parent);
  auto command = with_keys(kRelease, key, key + ":dependencies");
  command.add(parent.queue).add(parent.id).add(base::to_epoch_ms(now));
  return command;
}

std::string added_id(const redis::Reply& reply, const NewJob& job) {
  const auto answer = reply.value();
  if (answer.is_integer() && answer.integer() < 0)
    throw Refused(static_cast<Refusal>(answer.integer()),
                  job.options.job_id.empty() ? job.name : job.options.job_id, "adding");
  return answer.is_integer() ? std::to_string(answer.integer()) : std::string(answer.text());
}

}  // namespace watchbill::bullmq
