#include "bullmq/job_scheduler.h"

#include <fmt/format.h>

#include "bullmq/default_options.h"
#include "bullmq/messages.h"

namespace watchbill::bullmq {

namespace {

void validate_template(const JobTemplate& job, std::size_t data_size) {
  validate(job.options, job.name, data_size);
  if (!job.options.job_id.empty() || job.options.delay || job.options.repeat || job.options.prev_millis)
    throw std::invalid_argument(
        "job id, delay and repeat are given to a job by its scheduler, not by the template");
}

base::Task<bool> is_scheduler(Backend& backend, std::string id) {
  const redis::Command ask("HEXISTS", backend.keys.repeat + ":" + id, "ic");
  const auto reply = co_await backend.client.call(ask);
  co_return reply.value().integer() == 1;
}

}  // namespace

LegacyRepeatable::LegacyRepeatable(const std::string& key)
    : std::runtime_error(
          fmt::format("\"{}\" is a repeatable job of BullMQ before 5.16; migrate it to a job "
                      "scheduler: https://docs.bullmq.io/guide/migrations/migrate-from-v5-to-v6",
                      key)) {}

base::Task<redis::Reply> JobSchedulers::ask(redis::Command command) {
  co_return co_await backend_->client.call(command);
}

base::Task<std::optional<Job>> JobSchedulers::upsert(std::string id, RepeatOptions repeat, JobTemplate job) {
  if (id.empty()) throw std::invalid_argument("a job scheduler needs an id");
  if (job.name.empty()) job.name = id;
  job.options = with_defaults(std::move(job.options), options_.default_job_options);
  NewScheduler scheduler{.id = id, .name = job.name, .data = job.data.is_null() ? "{}" : to_text(job.data)};
  validate(repeat);
  validate_template(job, scheduler.data.size());
  const auto now = backend_->clock.now();
  if (repeat.end_date && *repeat.end_date < now)
    throw std::invalid_argument("the end date of a job scheduler must not be over");
  const auto iteration = plan_iteration(repeat, job.name, std::nullopt, now, options_.repeat_strategy);
  if (!iteration) co_return std::nullopt;

  scheduler.repeat = repeat;
  scheduler.next = iteration->next;
  scheduler.template_options = encode_template(job.options);
  job.options.repeat = std::move(repeat);
  scheduler.job_options = iteration_options(encode_template(job.options), id, *iteration, now);
  const auto reply = co_await ask(add_job_scheduler(backend_->keys, scheduler, now));
  const auto first = first_job(reply, id);

  JobRecord record;
  record.id = first.id;
  record.name = std::move(job.name);
  record.data = std::move(scheduler.data);
  record.timestamp = now;
  record.delay = first.delay;
  record.priority = job.options.priority;
  record.repeat_job_key = id;
  auto options = decode_options(to_text(scheduler.job_options));
  options.job_id = first.id;
  options.delay = first.delay;
  record.options = std::make_shared<const JobOptions>(std::move(options));
  co_return Job(backend_, std::move(record));
}

base::Task<std::optional<SchedulerRecord>> JobSchedulers::get(std::string id) {
  const auto reply = co_await ask(get_job_scheduler(backend_->keys, id));
  auto found = found_scheduler(reply, id);
  if (!found && has_legacy_repeatable_shape(id)) throw LegacyRepeatable(id);
  co_return found;
}

base::Task<std::vector<SchedulerRecord>> JobSchedulers::list(std::int64_t first, std::int64_t last,
                                                             bool ascending) {
  redis::Command range(ascending ? "ZRANGE" : "ZREVRANGE", backend_->keys.repeat, first, last, "WITHSCORES");
  const auto places = co_await ask(std::move(range));
  const auto ids = places.value();
  std::vector<redis::Command> gets;
  for (std::size_t at = 0; at + 1 < ids.size(); at += 2)
    gets.emplace_back("HGETALL", backend_->keys.repeat + ":" + std::string(ids[at].text()));
  const auto hashes = co_await backend_->ask_together(std::move(gets));
  std::vector<SchedulerRecord> found;
  for (std::size_t at = 0; at < hashes.size(); ++at) {
    const std::string id(ids[2 * at].text());
    const auto next = base::from_epoch_ms(static_cast<std::int64_t>(ids[2 * at + 1].number()));
    auto record = decode_scheduler(id, hashes[at].value(), next);
    if (!record && has_legacy_repeatable_shape(id)) throw LegacyRepeatable(id);
    if (record)
      found.push_back(std::move(*record));
    else
      co_await remove(id);  // its hash was evicted or deleted by hand: it could never be changed
  }
  co_return found;
}

base::Task<std::int64_t> JobSchedulers::count() {
  const auto reply = co_await ask(redis::Command("ZCARD", backend_->keys.repeat));
  co_return reply.value().integer();
}

base::Task<bool> JobSchedulers::remove(std::string id) {
  const auto reply = co_await ask(remove_job_scheduler(backend_->keys, id));
  co_return reply.value().integer() == 0;
}

base::Task<> schedule_next(Backend& backend, const JobRecord& job, const RepeatStrategy& strategy) {
  const auto& id = job.repeat_job_key;
  if (id.empty()) co_return;
  if (has_legacy_repeatable_shape(id)) {
    const bool known = co_await is_scheduler(backend, id);
    if (!known) throw LegacyRepeatable(id);
  }
  if (!job.options->repeat) throw std::invalid_argument("the options do not say how it repeats");
  const auto& repeat = *job.options->repeat;
  validate(repeat);
  const auto now = backend.clock.now();
  std::optional<base::Timestamp> previous;
  if (job.options->prev_millis) previous = base::from_epoch_ms(*job.options->prev_millis);
  const auto iteration = plan_iteration(repeat, job.name, previous, now, strategy);
  if (!iteration) co_return;
  const NextJob next{.scheduler_id = id,
                     .producer_id = job.id,
                     .data = job.data,
                     .options = iteration_options(options_of_producer(job.options_text), id, *iteration, now),
                     .next = iteration->next};
  const auto command = update_job_scheduler(backend.keys, next, now);
  co_await backend.client.call(command);
}

}  // namespace watchbill::bullmq
