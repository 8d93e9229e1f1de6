#include "redis/node.h"

#include "redis/backoff.h"

namespace watchbill::redis {

Node::Node(base::asio::any_io_executor executor, const base::Clock& clock, const Options& options,
           Locate locate, Inspect inspect)
    : executor_(executor),
      clock_(clock),
      options_(options),
      locate_(std::move(locate)),
      inspect_(std::move(inspect)),
      outage_(options.outage),
      changed_(executor),
      retry_now_(executor),
      tasks_(executor) {}

base::Task<> Node::start() {
  problem_ = "not connected to " + options_.describe() + " yet";
  tasks_.spawn("redis connection", stay_connected());
  co_return;
}

base::Task<> Node::stop() {
  if (std::exchange(stopping_, true)) co_return co_await tasks_.join();
  problem_ = "stopped";
  outage_.leave();
  if (current_) current_->close(problem_);
  if (opening_) opening_->close(problem_);
  retry_now_.notify();
  changed_.notify();
  co_await tasks_.join();
}

base::Task<> Node::stay_connected() {
  Backoff backoff(options_.min_backoff, options_.max_backoff);
  while (!stopping_) {
    try {
      co_await connect();
      const auto begun = clock_.monotonic_now();
      co_await current_->join();
      if (clock_.monotonic_now() - begun > options_.max_backoff) backoff.reset();
      throw Error(ErrorKind::unavailable, current_->close_reason());
    } catch (const Error& error) {
      report(error);
    } catch (const std::exception& e) {
      report(Error(ErrorKind::unavailable, e.what()));
    }
    if (current_) {
      current_->close(problem_);
      co_await current_->join();
      current_.reset();
    }
    if (!hurry_ && !stopping_) co_await retry_now_.wait_until(clock_.monotonic_now() + backoff.next());
    hurry_ = false;
  }
}

base::Task<> Node::connect() {
  auto endpoint = co_await locate_();
  const auto connection = std::make_shared<Connection>(executor_, clock_, options_);
  opening_ = connection;
  std::exception_ptr refused;
  try {
    if (stopping_) throw Error(ErrorKind::unavailable, problem_);
    co_await connection->open(std::move(endpoint), options_.credentials);
    if (inspect_) co_await inspect_(*connection);
    if (stopping_) throw Error(ErrorKind::unavailable, problem_);
  } catch (...) {
    refused = std::current_exception();
  }
  opening_.reset();
  if (refused) {
    connection->close("refused");
    co_await connection->join();
    std::rethrow_exception(refused);
  }
  current_ = connection;
  ++connects_;
  outage_.end(options_.describe());
  problem_.clear();
  changed_.notify();
}

void Node::report(const Error& error) {
  if (stopping_) return;
  outage_.report(error.what());
  problem_ = error.what();
  problem_kind_ = error.kind();
  changed_.notify();
}

base::Task<std::shared_ptr<Connection>> Node::connection(base::Monotonic deadline) {
  while (!current_ || !current_->is_open()) {
    if (stopping_ || clock_.monotonic_now() >= deadline)
      throw Error(problem_kind_ == ErrorKind::auth ? ErrorKind::auth : ErrorKind::unavailable, problem());
    co_await changed_.wait_until(deadline);
  }
  co_return current_;
}

void Node::reconnect(std::string reason) {
  if (current_) current_->close(std::move(reason));
  hurry_ = true;
  retry_now_.notify();
}

// Of a connection that was closed a moment ago, as well.
const std::string& Node::problem() const {
  return problem_.empty() && current_ ? current_->close_reason() : problem_;
}

Status Node::status() const {
  const bool connected = current_ && current_->is_open();
  return {.connected = connected, .problem = connected ? "" : problem(), .connects = connects_};
}

}  // namespace watchbill::redis
