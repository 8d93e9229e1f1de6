#include "bullmq/job.h"

#include <algorithm>

#include "bullmq/job_messages.h"
#include "bullmq/messages.h"

namespace watchbill::bullmq {

const Json& Job::data() const {
  if (data_) return *data_;
  try {
    data_ = Json::parse(record_->data.empty() ? "{}" : record_->data);
  } catch (const Json::exception& e) {
    throw UnrecoverableError(std::string("the data is not JSON: ") + e.what());
  }
  return *data_;
}

std::optional<Json> Job::return_value() const {
  if (record_->return_value.empty()) return std::nullopt;
  return json_or_nothing(record_->return_value);
}

std::vector<std::string> Job::stack_trace() const {
  std::vector<std::string> traces;
  const auto json = json_or_nothing(record_->stack_trace);
  if (!json || !json->is_array()) return traces;
  for (const auto& trace : *json)
    if (trace.is_string()) traces.push_back(trace.get<std::string>());
  return traces;
}

std::optional<Json> Job::progress() const { return json_or_nothing(record_->progress); }

base::Task<> Job::update_progress(Json progress) {
  record_->progress = to_text(progress);
  auto command = bullmq::update_progress(backend_->keys, id(), record_->progress);
  co_await backend_->ask(std::move(command), id(), "updating the progress");
}

base::Task<std::int64_t> Job::log(std::string line) {
  auto command = add_log(backend_->keys, id(), line, options().keep_logs.value_or(0));
  const auto reply = co_await backend_->ask(std::move(command), id(), "logging");
  co_return reply.value().integer();
}

base::Task<> Job::update_data(Json data) {
  record_->data = to_text(data);
  data_ = std::move(data);
  auto command = bullmq::update_data(backend_->keys, id(), record_->data);
  co_await backend_->ask(std::move(command), id(), "updating the data");
}

base::Task<> Job::extend_lock(base::Millis duration) {
  auto command = bullmq::extend_lock(backend_->keys, id(), token_, duration);
  const auto reply = co_await backend_->ask(std::move(command), id(), "extending the lock");
  if (reply.value().integer() == 0) throw Refused(Refusal::missing_lock, id(), "extending the lock");
}

base::Task<> Job::move_to_delayed(base::Timestamp until) {
  const auto now = backend_->clock.now();
  const Delaying delaying{.delay = std::max(base::Millis(0), until - now), .skip_attempt = true};
  const FetchTerms terms{.token = token_};
  co_await backend_->ask(bullmq::move_to_delayed(backend_->keys, id(), delaying, now, terms), id(),
                         "delaying");
  record_->delay = delaying.delay;
}

base::Task<> Job::move_to_wait() {
  co_await backend_->ask(move_active_to_wait(backend_->keys, id(), token_), id(), "moving to wait");
}

base::Task<bool> Job::move_to_waiting_children() {
  auto command = bullmq::move_to_waiting_children(backend_->keys, id(), token_, backend_->clock.now());
  const auto reply = co_await backend_->ask(std::move(command), id(), "moving to waiting-children");
  co_return reply.value().integer() == 0;
}

base::Task<> Job::move_to_completed(Json return_value) {
  const Finish finish{.value = to_text(return_value),
                      .keep = options().remove_on_complete.value_or(false),
                      .fetch_next = false};
  PackedFinish cache;
  const FetchTerms terms{.token = token_};
  co_await backend_->ask(
      move_to_finished(backend_->keys, *record_, finish, backend_->clock.now(), terms, cache), id(),
      "completing");
  record_->return_value = finish.value;
}

base::Task<> Job::move_to_failed(std::string reason) {
  const Finish finish{.as = FinishedAs::failed,
                      .value = reason,
                      .keep = options().remove_on_fail.value_or(false),
                      .fetch_next = false,
                      .stack_trace = record_->stack_trace.empty() ? "[]" : record_->stack_trace};
  PackedFinish cache;
  const FetchTerms terms{.token = token_};
  co_await backend_->ask(
      move_to_finished(backend_->keys, *record_, finish, backend_->clock.now(), terms, cache), id(),
      "failing");
  record_->failed_reason = std::move(reason);
}

}  // namespace watchbill::bullmq
