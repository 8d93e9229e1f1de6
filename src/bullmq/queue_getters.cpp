// What Queue tells.
#include "bullmq/prometheus.h"
#include "bullmq/queue.h"

namespace watchbill::bullmq {

namespace {

std::vector<JobState> all_unless_said(std::vector<JobState> states) {
  if (states.empty()) return {kStates.begin(), kStates.end()};
  return without_repetition(std::move(states));
}

void require_finished(JobState state) {
  if (state != JobState::completed && state != JobState::failed)
    throw std::invalid_argument("metrics are of completed or failed jobs");
}

}  // namespace

// --- Jobs

base::Task<std::optional<Job>> Queue::get_job(std::string job_id) {
  const auto command = bullmq::get_job(backend_->keys, job_id);
  const auto reply = co_await client_->call(command);
  auto record = job_there(reply, job_id, backend_->options_cache);
  if (!record) co_return std::nullopt;
  co_return Job(backend_, std::move(record));
}

base::Task<JobState> Queue::job_state(std::string job_id) {
  const auto command = bullmq::job_state(backend_->keys, job_id);
  const auto reply = co_await client_->call(command);
  co_return state_named(reply.value().text());
}

base::Task<std::vector<Job>> Queue::get_jobs(std::vector<JobState> states, Page page) {
  const auto wanted = all_unless_said(std::move(states));
  const auto command = bullmq::get_jobs(backend_->keys, wanted, page);
  const auto reply = co_await client_->call(command);
  std::vector<Job> jobs;
  for (auto& record : jobs_listed(reply, backend_->options_cache))
    jobs.emplace_back(backend_, std::move(record));
  co_return jobs;
}

base::Task<std::vector<Job>> Queue::get_jobs(JobState state, Page page) {
  return get_jobs(std::vector<JobState>{state}, page);
}

base::Task<std::vector<std::string>> Queue::get_job_ids(std::vector<JobState> states, Page page) {
  const auto wanted = all_unless_said(std::move(states));
  const auto command = bullmq::get_job_ids(backend_->keys, wanted, page);
  const auto reply = co_await client_->call(command);
  co_return ids_listed(reply, wanted, page);
}

base::Task<JobLogs> Queue::job_logs(std::string job_id, Page page) {
  auto commands = bullmq::job_logs(backend_->keys, job_id, page);
  const auto replies = co_await backend_->ask_together(std::move(commands));
  co_return logs_read(replies, page);
}

base::Task<ChildrenPage> Queue::children(std::string parent_id, Children kind, std::int64_t start,
                                         std::int64_t end) {
  ChildrenPage page;
  ChildrenCursor from;
  const auto enough = [&page, start, end] {
    return end >= 0 && static_cast<std::int64_t>(page.children.size()) >= end - start + 1;
  };
  do {
    const Page rest{.start = start + static_cast<std::int64_t>(page.children.size()), .end = end};
    const auto command = get_children(backend_->keys, parent_id, kind, rest, from);
    const auto reply = co_await client_->call(command);
    from = children_read(reply, page, backend_->options_cache);
  } while (from.cursor != "0" && !enough());
  co_return page;
}

// --- Counts

base::Task<StateCounts> Queue::job_counts(std::vector<JobState> states) {
  const auto wanted = all_unless_said(std::move(states));
  const auto command = bullmq::job_counts(backend_->keys, wanted);
  const auto reply = co_await client_->call(command);
  co_return counted(reply, wanted);
}

base::Task<std::int64_t> Queue::count(std::vector<JobState> states) {
  const auto counts = co_await job_counts(std::move(states));
  std::int64_t sum = 0;
  for (const auto& [state, count] : counts) sum += count;
  co_return sum;
}

base::Task<std::int64_t> Queue::count(JobState state) { return count(std::vector<JobState>{state}); }

base::Task<std::int64_t> Queue::count() {
  return count(std::vector<JobState>{JobState::waiting, JobState::delayed, JobState::prioritized,
                                     JobState::waiting_children});
}

base::Task<std::int64_t> Queue::delayed_count(base::Timestamp due_before) {
  const std::vector<JobState> delayed{JobState::delayed};
  const auto command = bullmq::job_counts(backend_->keys, delayed, due_before);
  const auto reply = co_await client_->call(command);
  co_return reply.value()[0].integer();
}

base::Task<std::map<std::uint32_t, std::int64_t>> Queue::counts_per_priority(
    std::vector<std::uint32_t> priorities) {
  const auto command = bullmq::counts_per_priority(backend_->keys, priorities);
  const auto reply = co_await client_->call(command);
  std::map<std::uint32_t, std::int64_t> counts;
  for (std::size_t at = 0; at < priorities.size(); ++at) counts[priorities[at]] = reply.value()[at].integer();
  co_return counts;
}

base::Task<Metrics> Queue::metrics(JobState finished, std::int64_t start, std::int64_t end) {
  require_finished(finished);
  const Page page{.start = start, .end = end};
  const auto command = bullmq::metrics(backend_->keys, finished, page);
  const auto reply = co_await client_->call(command);
  co_return metrics_read(reply);
}

base::Task<std::string> Queue::prometheus(std::map<std::string, std::string> labels) {
  QueueFigures figures{.queue = name()};
  figures.counts = co_await job_counts();
  const auto completed = co_await metrics(JobState::completed);
  const auto failed = co_await metrics(JobState::failed);
  figures.completed = completed.count;
  figures.failed = failed.count;
  co_return prometheus_text(figures, labels);
}

// --- Who and what holds

base::Task<std::vector<QueueClient>> Queue::workers() {
  const auto command = client_list(backend_->keys);
  const auto reply = co_await client_->call(command);
  co_return workers_in(reply.value().text(), client_name(options_.prefix, name()));
}

base::Task<std::vector<QueueClient>> Queue::listeners() {
  const auto command = client_list(backend_->keys);
  const auto reply = co_await client_->call(command);
  co_return listeners_in(reply.value().text(), client_name(options_.prefix, name()));
}

base::Task<QueueMeta> Queue::meta() {
  const redis::Command command("HGETALL", backend_->keys.meta);
  const auto reply = co_await client_->call(command);
  co_return meta_read(reply);
}

base::Task<std::string> Queue::version() {
  const redis::Command command("HGET", backend_->keys.meta, "version");
  const auto reply = co_await client_->call(command);
  co_return std::string(reply.value().text());
}

base::Task<bool> Queue::is_paused() {
  const redis::Command command("HEXISTS", backend_->keys.meta, "paused");
  const auto reply = co_await client_->call(command);
  co_return reply.value().integer() == 1;
}

base::Task<bool> Queue::is_maxed() {
  const auto command = bullmq::is_maxed(backend_->keys);
  const auto reply = co_await client_->call(command);
  co_return reply.value().integer() == 1;
}

base::Task<std::optional<std::int64_t>> Queue::global_concurrency() {
  const auto meta = co_await this->meta();
  co_return meta.concurrency;
}

base::Task<std::optional<GlobalRateLimit>> Queue::global_rate_limit() {
  const auto meta = co_await this->meta();
  co_return meta.rate_limit;
}

base::Task<base::Millis> Queue::rate_limit_ttl(std::int64_t max_jobs) {
  const auto command = bullmq::rate_limit_ttl(backend_->keys, max_jobs);
  const auto reply = co_await client_->call(command);
  // As PTTL: -1 when the key never expires, -2 when there is none.
  const auto ttl = reply.value().integer();
  if (ttl == -1) co_return base::Millis::max();
  co_return base::Millis(std::max<std::int64_t>(0, ttl));
}

base::Task<std::optional<std::string>> Queue::deduplication_job_id(std::string deduplication_id) {
  const redis::Command command("GET", backend_->keys.deduplication + ":" + deduplication_id);
  const auto reply = co_await client_->call(command);
  if (reply.value().is_nil()) co_return std::nullopt;
  co_return std::string(reply.value().text());
}

}  // namespace watchbill::bullmq
