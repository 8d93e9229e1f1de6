// The checks of one round.
#pragma once

#include <functional>
#include <vector>

#include "base/slots.h"
#include "base/task_group.h"
#include "domain/events.h"
#include "domain/round.h"
#include "store/schedules.h"

namespace watchbill::runner {

// Checks all monitors of a started round, several at once. Reactor thread only.
class Checks {
 public:
  struct Surroundings {
    domain::Prober& prober;
    domain::EventBus& events;
    const base::Clock& clock;
    base::Slots& probe_slots;  // shared by all rounds
    base::asio::any_io_executor executor;
    std::size_t at_once = 10;  // of one round
  };

  // `round` must outlive run().
  Checks(const Surroundings& around, const domain::StartedRound& round);

  // Returns when every monitor was checked or abort() was called. Not to be cancelled; call abort().
  base::Task<> run();

  // Ends running probes at once; what was found so far is worthless.
  void abort();
  bool aborted() const { return aborted_; }
  int done() const { return done_; }

  // After run(), in the order of the round's monitors.
  std::vector<domain::CheckResult> take_results() { return std::move(results_); }
  std::vector<store::MonitorUpdate> updates() const;

 private:
  base::Task<> check_next_until_done();
  base::Task<domain::Finding> probe(const domain::Monitor& monitor);
  void publish(const domain::CheckResult& result);

  Surroundings around_;
  const domain::StartedRound& round_;
  std::vector<domain::CheckResult> results_;
  std::size_t next_ = 0;
  int done_ = 0;
  bool aborted_ = false;
  base::TaskGroup probes_;
};

}  // namespace watchbill::runner
