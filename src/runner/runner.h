// Takes claims from the queue, runs their rounds and records them.
#pragma once

#include <deque>
#include <string>
#include <unordered_map>

#include "base/event.h"
#include "base/service.h"
#include "base/slots.h"
#include "base/task_group.h"
#include "domain/events.h"
#include "domain/services.h"
#include "queue/queue.h"
#include "runner/checks.h"
#include "runner/lease_keeper.h"
#include "runner/pace.h"
#include "runner/places.h"
#include "runner/recorder.h"
#include "store/async_store.h"

namespace watchbill::runner {

struct RunnerOptions {
  std::string worker;                 // "worker-<instance>", unique among living processes
  std::size_t concurrency = 2;        // rounds from the queue being checked at once
  base::Millis ahead{100};            // the next ones are got ready for about as long before their turn
  base::Millis patience{2'000};       // a round that lasts longer does not keep the next one waiting
  std::size_t most_slow = 1'000;      // such rounds at once
  std::size_t orders = 50;            // rounds for callers at once
  base::Millis lease{60'000};         // of a started round
  base::Millis while_held{5'000};     // a job that came again is tried that often while another has its round
  base::Millis grace{10'000};         // stop() lets running rounds finish this long
  std::size_t checks_per_round = 10;  // at once
  std::size_t probes = 500;           // at once, over all rounds
};

// Reactor thread only.
class Runner final : public base::Service, public domain::RoundRunner {
 public:
  Runner(store::AsyncStore& store, queue::Queue& queue, domain::Prober& prober, domain::EventBus& events,
         const base::Clock& clock, base::asio::any_io_executor executor, RunnerOptions options);
  ~Runner() override;

  base::Task<> start() override;
  // Takes nothing more, refuses orders, lets running rounds finish within the grace and gives back the rest.
  base::Task<> stop() override;

  base::Task<domain::RunResult> run_user(domain::UserId user_id) override;
  base::Task<domain::RunResult> run_claim(domain::Claim claim, domain::Trigger trigger) override;

  // Rounds being checked now, for pages that open in the middle of one.
  std::optional<domain::RoundProgress> progress(const domain::UserId& user_id) const;
  std::size_t rounds_running() const { return checking_; }
  std::int64_t rounds_done() const { return rounds_done_; }  // recorded since the start

 private:
  struct Running;  // a started round until it is recorded or lost
  class Order;     // a call of run_user() or run_claim() while it lasts
  enum class End { recorded, lost, given_back };
  using Done = std::function<void(End)>;
  // Authority that is not used: what is to be told when somebody else may have it.
  struct Unused {
    store::ClaimRef claim;
    std::function<void()> given_back;
  };

  base::Task<> take_jobs();
  std::size_t room();
  base::Task<std::optional<std::vector<queue::Delivery>>> take(std::size_t limit);
  base::Task<> start_taken();
  base::Task<> gather();
  base::Task<> start_jobs(std::vector<queue::Delivery> deliveries);
  base::Task<std::vector<queue::Delivery>> start_claimed(std::vector<queue::Delivery> deliveries);
  base::Task<> start_unclaimed(queue::Delivery delivery);
  void begin_from_queue(domain::StartedRound round, std::string job_id, base::Monotonic obtained_at);
  void settle_soon(std::string job_id, queue::Settlement::Kind kind,
                   std::optional<base::Millis> delay = std::nullopt);
  base::Task<> settle(std::vector<queue::Settlement> settlements);
  base::Task<> settle_finished();

  std::shared_ptr<Running> begin(domain::StartedRound round, domain::Trigger trigger,
                                 base::Monotonic obtained_at, Done done);
  void check_now(const std::shared_ptr<Running>& running);
  void do_not_use(const std::shared_ptr<Running>& running);
  void check_in_turn(std::shared_ptr<Running> running);
  base::Task<> give_places();
  base::Task<> check(std::shared_ptr<Running> running);
  void finish(std::shared_ptr<Running> running);
  void recorded(const std::shared_ptr<Running>& running, store::FinishedRound finished);
  void ended(const std::shared_ptr<Running>& running, End end);
  void publish_finished(const store::FinishedRound& finished) const;
  std::optional<domain::RunRefusal> refuses_orders() const;
  base::Task<domain::RunResult> run_here(domain::StartedRound round, domain::Trigger trigger,
                                         base::Monotonic obtained_at);
  base::Task<> let_finish(base::Monotonic until);
  base::Task<> give_back_unused();

  store::AsyncStore& store_;
  queue::Queue& queue_;
  domain::EventBus& events_;
  const base::Clock& clock_;
  base::asio::any_io_executor executor_;
  const RunnerOptions options_;
  base::Slots probe_slots_;
  const Checks::Surroundings around_;
  LeaseKeeper leases_;
  Recorder recorder_;
  std::unordered_map<domain::UserId, std::shared_ptr<Running>> running_;
  std::vector<queue::Delivery> taken_;  // not started yet
  std::size_t starting_ = 0;
  std::deque<std::shared_ptr<Running>> waiting_;  // started, for a place
  Places places_;                                 // of rounds from the queue
  Pace ended_;                                    // of jobs
  Pace left_;                                     // of places
  std::size_t orders_ = 0;                        // under way
  std::size_t checking_ = 0;
  std::int64_t rounds_done_ = 0;
  std::vector<queue::Settlement> to_settle_;
  std::vector<Unused> unused_;
  bool stopping_ = false;
  bool no_more_places_ = false;
  bool no_more_settlements_ = false;
  base::Event changed_;         // a round or an order ended, or stop
  base::Event taken_changed_;   // or stop
  base::Event places_changed_;  // or somebody waits for one, or stop
  base::Event to_settle_changed_;
  base::TaskGroup taking_;
  base::TaskGroup rounds_;
  base::TaskGroup settling_;
};

}  // namespace watchbill::runner
