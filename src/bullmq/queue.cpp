#include "bullmq/queue.h"

#include "base/log.h"
#include "bullmq/scripts.h"
#include "bullmq/server_check.h"

namespace watchbill::bullmq {

Queue::Queue(base::asio::any_io_executor executor, const base::Clock& clock, redis::Options server,
             std::string name, QueueOptions options)
    : client_(redis::make_client(std::move(executor), clock, std::move(server))),
      options_(std::move(options)),
      backend_(std::make_shared<Backend>(*client_, clock, options_.prefix, name)) {}

Queue::~Queue() = default;

base::Task<> Queue::start() { return client_->start(); }

base::Task<> Queue::stop() { return client_->stop(); }

base::Task<> Queue::wait_ready(base::Millis time) {
  co_await client_->wait_ready(client_->within(time));
  const auto check = co_await check_server(*backend_);
  for (const auto& warning : check.warnings)
    base::log::warning("Redis is not set up for a queue", {{"why", warning}});
  if (options_.skip_meta_update) co_return;
  // As the Node library of that version would: what we write is what its scripts write.
  const redis::Command set("HSET", backend_->keys.meta, "opts.maxLenEvents", options_.max_event_length,
                           "version", "bullmq:" + std::string(scripts_version()));
  co_await client_->call(set);
}

base::Task<Job> Queue::add(std::string name, Json data) {
  return add(std::move(name), std::move(data), options_.default_job_options);
}

base::Task<Job> Queue::add(std::string name, Json data, JobOptions options) {
  NewJob job{.name = std::move(name), .data = to_text(data), .options = std::move(options)};
  validate(job.options, job.name, job.data.size());
  const auto now = backend_->clock.now();
  const auto command = add_job(backend_->keys, job, now, packed_);
  const auto reply = co_await client_->call(command);
  JobRecord record;
  record.id = added_id(reply, job);
  record.name = std::move(job.name);
  record.data = std::move(job.data);
  record.timestamp = job.options.timestamp.value_or(now);
  record.delay = job.options.delay.value_or(base::Millis(0));
  record.priority = job.options.priority;
  if (job.options.deduplication) record.deduplication_id = job.options.deduplication->id;
  if (const auto& parent = job.options.parent) record.parent_key = parent->queue + ":" + parent->id;
  record.options = std::make_shared<const JobOptions>(std::move(job.options));
  co_return Job(backend_, std::move(record));
}

base::Task<std::vector<std::string>> Queue::add_many(std::vector<NewJob> jobs) {
  std::vector<redis::Command> commands;
  commands.reserve(jobs.size());
  const auto now = backend_->clock.now();
  for (const auto& job : jobs) {
    validate(job.options, job.name, job.data.size());
    commands.push_back(add_job(backend_->keys, job, now, packed_));
  }
  const auto replies = co_await backend_->ask_together(std::move(commands));
  std::vector<std::string> ids;
  ids.reserve(jobs.size());
  for (std::size_t at = 0; at < jobs.size(); ++at) ids.push_back(added_id(replies[at], jobs[at]));
  co_return ids;
}

}  // namespace watchbill::bullmq
