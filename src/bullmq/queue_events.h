// Listens to what happens in a queue, whoever makes it happen.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/event.h"
#include "base/service.h"
#include "base/task_group.h"
#include "bullmq/job_messages.h"
#include "bullmq/keys.h"
#include "bullmq/queue_event.h"
#include "redis/client.h"

namespace watchbill::bullmq {

struct QueueEventsOptions {
  std::string prefix = "bull";
  std::string last_event_id;       // only later ones are told; empty: those after the start
  base::Millis block_time{10000};  // of one read of the stream
  std::int64_t read_at_once = 1000;
  base::Millis retry_delay{1000};  // after an error of Redis that is not the connection's

  // Throws std::invalid_argument.
  void validate() const;
};

// Called on the reactor thread; they must not throw. Each may be left empty.
struct QueueEventsListener {
  std::function<void(const QueueEvent&)> event;  // each one, in their order
  std::function<void(const std::string& what)> error;
};

class FinishWatch;

// Reactor thread only. Waits for Redis as long as it takes, and goes on where it was: an event is missed only
// when the stream was trimmed past it (about 10000 events, see QueueOptions::max_event_length).
class QueueEvents final : public base::Service {
 public:
  // Makes its own connection. Throws std::invalid_argument for bad options.
  QueueEvents(base::asio::any_io_executor executor, const base::Clock& clock, redis::Options server,
              std::string queue, QueueEventsListener listener = {}, QueueEventsOptions options = {});
  ~QueueEvents() override;

  // Returns before it listens; see wait_listening().
  base::Task<> start() override;
  base::Task<> stop() override;

  // True once every later event will be told; false when `deadline` came first. Throws redis::Error after
  // stop().
  base::Task<bool> wait_listening(base::Monotonic deadline);

  // Of the last event that was told, or after which it listens. To go on there another time: last_event_id of
  // the options. Empty before it listens.
  const std::string& last_event_id() const { return last_id_; }

  redis::Client& client() { return *client_; }

 private:
  friend FinishWatch;

  base::Task<> listen();
  base::Task<> listen_once();
  base::Task<> find_start();
  base::Task<> read_events();
  void tell(const QueueEvent& event);
  void report(const std::string& problem);
  void throw_if_stopped() const;

  base::asio::any_io_executor executor_;
  const base::Clock& clock_;
  const QueueEventsListener listener_;
  const QueueEventsOptions options_;
  const Keys keys_;
  std::unique_ptr<redis::Client> client_;
  std::string last_id_;
  std::string problem_;
  bool started_ = false;
  bool stopping_ = false;
  base::Event changed_;                               // it listens now, or is being stopped
  std::multimap<std::string, FinishWatch*> watches_;  // by the job's id
  base::TaskGroup tasks_;
};

// Remembers how one job ends, from its construction. `events` must outlive it.
class FinishWatch {
 public:
  FinishWatch(QueueEvents& events, const std::string& job_id);
  ~FinishWatch();
  FinishWatch(const FinishWatch&) = delete;
  FinishWatch& operator=(const FinishWatch&) = delete;

  // What happened up to that event is known: a job may have ended before, and run again.
  void ignore_until(std::string_view event_id);

  // Nothing when `deadline` came first. Throws redis::Error after `events` was stopped, Refused when the job
  // was removed.
  base::Task<std::optional<FinishedJob>> wait_until(base::Monotonic deadline);

 private:
  friend QueueEvents;

  void heard(const QueueEvent& event);

  QueueEvents& events_;
  std::multimap<std::string, FinishWatch*>::iterator place_;
  std::string known_until_;        // see ignore_until()
  std::optional<QueueEvent> end_;  // completed, failed or removed
  base::Event changed_;
};

}  // namespace watchbill::bullmq
