// A job among its children and under its parent.
#include "bullmq/job.h"

namespace watchbill::bullmq {

base::Task<std::map<std::string, Json>> Job::children_values() {
  const auto command = get_children_values(backend_->keys, id());
  const auto reply = co_await backend_->client.call(command);
  co_return children_values_read(reply);
}

base::Task<std::map<std::string, std::string>> Job::ignored_children_failures() {
  const auto command = get_ignored_failures(backend_->keys, id());
  const auto reply = co_await backend_->client.call(command);
  co_return ignored_failures_read(reply);
}

base::Task<Dependencies> Job::dependencies() {
  auto commands = get_dependencies(backend_->keys, id());
  const auto replies = co_await backend_->ask_together(std::move(commands));
  co_return dependencies_read(replies);
}

base::Task<Dependencies> Job::dependencies(DependencyPortions& portions) {
  auto commands = get_dependencies(backend_->keys, id(), portions);
  if (commands.empty()) throw std::invalid_argument("no kind of dependency is asked for");
  const auto replies = co_await backend_->ask_together(std::move(commands));
  co_return dependencies_read(replies, portions);
}

base::Task<DependencyCounts> Job::dependency_counts() {
  const auto command = bullmq::dependency_counts(backend_->keys, id());
  const auto reply = co_await backend_->client.call(command);
  co_return dependency_counts_read(reply);
}

base::Task<bool> Job::remove_child_dependency() {
  auto command = bullmq::remove_child_dependency(backend_->keys, id(), record_->parent_key);
  const auto reply = co_await backend_->ask(std::move(command), id(), "leaving the parent");
  if (reply.value().integer() != 0) co_return false;
  record_->parent_key.clear();
  record_->parent.clear();
  co_return true;
}

base::Task<> Job::remove_unprocessed_children() {
  const auto command = bullmq::remove_unprocessed_children(backend_->keys, id());
  co_await backend_->client.call(command);
}

}  // namespace watchbill::bullmq
