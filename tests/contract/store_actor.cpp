// A dispatcher or a worker of the store's proof (store_proof_test.cpp):
//   store_actor --url URL --role dispatcher|worker --name N
// Works on the database until nothing is due within the next minute, or SIGTERM. Says what happened to it, an
// event and a number a line.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <map>
#include <random>
#include <thread>

#include "store/store.h"
#include "tests/support/mariadb_server.h"

namespace watchbill::contract {
namespace {

using namespace std::chrono_literals;
using domain::StartedRound;
using Refs = std::vector<store::ClaimRef>;

constexpr std::size_t kClaimed = 200;       // by one claim_due()
constexpr std::size_t kTaken = 150;         // from the queue at once
constexpr std::size_t kMostWaiting = 1000;  // in the queue
constexpr base::Millis kLockTtl = 1500ms;
constexpr base::Millis kLease = 2s;
constexpr base::Millis kLongestRound = 3s;  // of those that take longer than the others
constexpr base::Millis kLookAgain = 20ms;

volatile std::sig_atomic_t stopping = 0;

void tell(const char* event, std::size_t count = 1) {
  if (count == 0) return;
  fmt::print("{} {}\n", event, count);
  std::fflush(stdout);
}

std::mt19937& dice() {
  static std::mt19937 random{std::random_device{}()};
  return random;
}
bool happens(double share) { return std::bernoulli_distribution(share)(dice()); }

base::Monotonic monotonic_now() { return base::SystemClock().monotonic_now(); }

store::ClaimRef ref(const domain::Claim& claim) { return {claim.user_id, claim.fence}; }
store::ClaimRef ref(const StartedRound& round) { return ref(round.claim); }

// What the store cannot do now is left to the leases. False: it was not done, as far as is known.
template <class Body>
bool attempt(Body body) {
  try {
    body();
    return true;
  } catch (const store::Unavailable& e) {
    tell(e.outcome_unknown                                    ? "unknown"
         : e.reason == store::Unavailable::Reason::connection ? "lost"
                                                              : "busy");
    return false;
  }
}

struct Job {
  store::ClaimRef claim;
  bool is_redelivered = false;
};

// What dispatchers hand over to workers. It keeps no promise: jobs may be lost, come twice or come late.
class Queue {
 public:
  explicit Queue(std::string url) : url_(std::move(url)) {}

  bool is_full() {
    bool full = false;
    connected([&] {
      full = connection_->value(fmt::format(
                 "SELECT count(*) FROM (SELECT 1 FROM test_queue LIMIT {}) AS waiting", kMostWaiting)) ==
             std::to_string(kMostWaiting);
    });
    return full;
  }

  void put(const std::vector<domain::Claim>& claims) {
    std::vector<std::string> rows;
    for (const auto& claim : claims)
      rows.push_back(fmt::format("('{}', {}, UTC_TIMESTAMP(3), 0)", claim.user_id, claim.fence));
    put(rows);
  }

  // Delivers them once more, as if whoever took them had stalled.
  void redeliver(const Refs& claims, base::Millis after) {
    std::vector<std::string> rows;
    for (const auto& claim : claims)
      rows.push_back(fmt::format("('{}', {}, UTC_TIMESTAMP(3) + INTERVAL {} MICROSECOND, 1)", claim.user_id,
                                 claim.fence, after.count() * 1000));
    put(rows);
  }

  std::vector<Job> take() {
    std::vector<Job> jobs;
    connected([&] {
      const auto rows = connection_->rows(fmt::format(
          "START TRANSACTION; SELECT id, userId, fence, isRedelivered FROM test_queue WHERE dueAt "
          "<= UTC_TIMESTAMP(3) ORDER BY dueAt LIMIT {} FOR UPDATE SKIP LOCKED",
          kTaken));
      std::vector<std::string> ids;
      for (const auto& row : rows) ids.push_back(row.at(0));
      connection_->execute(
          ids.empty() ? "ROLLBACK"
                      : fmt::format("DELETE FROM test_queue WHERE id IN ({}); COMMIT", fmt::join(ids, ", ")));
      for (const auto& row : rows) jobs.push_back({{row.at(1), std::stoll(row.at(2))}, row.at(3) == "1"});
    });
    return jobs;
  }

 private:
  void put(const std::vector<std::string>& rows) {
    if (rows.empty()) return;
    connected([&] {
      connection_->execute(fmt::format(
          "INSERT INTO test_queue (userId, fence, dueAt, isRedelivered) VALUES {}", fmt::join(rows, ", ")));
    });
  }
  template <class Body>
  void connected(Body body) {
    try {
      if (!connection_) {
        connection_.emplace(url_);
        connection_->execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
      }
      body();
    } catch (const std::runtime_error& e) {
      connection_.reset();
      fmt::print(stderr, "the queue: {}\n", e.what());
    }
  }

  const std::string url_;
  std::optional<support::SqlConnection> connection_;
};

class Actor {
 public:
  Actor(const std::string& url, std::string name) : name_(std::move(name)), queue_(url) {
    while (!attempt([&] { store_ = std::make_unique<store::Store>(store::StoreOptions{.url = url}); }))
      std::this_thread::sleep_for(kLookAgain);
  }
  virtual ~Actor() = default;

  void run() {
    while (!stopping)
      if (!take_turn()) {
        if (is_over()) break;
        std::this_thread::sleep_for(kLookAgain);
      }
    end();
  }

 protected:
  // False: there was nothing to do.
  virtual bool take_turn() = 0;
  virtual void end() {}

  store::Schedules& schedules() { return store_->schedules(); }

  const std::string name_;
  Queue queue_;

 private:
  bool is_over() {
    bool over = false;
    attempt([&] {
      const auto next = schedules().next_due();
      over = !next || *next > schedules().now() + 1min;
    });
    return over;
  }

  std::unique_ptr<store::Store> store_;
};

class Dispatcher final : public Actor {
 public:
  using Actor::Actor;

 private:
  bool take_turn() override {
    if (queue_.is_full()) return false;
    std::vector<domain::Claim> claims;
    attempt([&] { claims = schedules().claim_due({kClaimed, name_, kLockTtl}); });
    if (claims.empty()) return false;
    tell("claimed", claims.size());
    queue_.put(claims);
    if (happens(0.1)) queue_.put(claims);
    const auto before = std::exchange(last_, std::move(claims));
    if (happens(0.2)) release_some(before);
    return true;
  }

  // Many of them have been started by now.
  void release_some(const std::vector<domain::Claim>& claims) {
    Refs some;
    for (const auto& claim : claims)
      if (happens(0.1)) some.push_back(ref(claim));
    attempt([&] { schedules().release(some); });
  }

  std::vector<domain::Claim> last_;
};

class Worker final : public Actor {
 public:
  using Actor::Actor;

 private:
  // Most rounds are finished at once, some take longer, some of them longer than their lease.
  struct Running {
    StartedRound round;
    base::Monotonic held_from;  // the lease is not over before a lease from here
    base::Monotonic renewed_from;
    base::Monotonic ends;
  };

  bool take_turn() override {
    const bool took = start(queue_.take());
    renew();
    if (happens(0.1)) give_back(0.05);
    finish(ended());
    return took || !running_.empty();
  }

  void end() override { give_back(1); }

  bool start(const std::vector<Job>& jobs) {
    Refs queued;
    for (const auto& job : jobs)
      if (job.is_redelivered || happens(0.01))
        claim_and_start(job.claim.user_id);
      else
        queued.push_back(job.claim);
    if (queued.empty()) return !jobs.empty();
    const auto asked = monotonic_now();
    std::vector<std::optional<StartedRound>> started;
    attempt([&] { started = schedules().start({name_, kLease, queued}); });
    Refs stalled;
    for (auto& round : started)
      if (round && begin(std::move(*round), asked)) stalled.push_back(ref(running_.back().round));
    tell("not_started", static_cast<std::size_t>(std::count(started.begin(), started.end(), std::nullopt)));
    queue_.redeliver(stalled, kLease);
    return true;
  }

  void claim_and_start(const domain::UserId& user) {
    const auto asked = monotonic_now();
    attempt([&] {
      auto result = schedules().claim_and_start({user, name_, kLease});
      if (auto* round = std::get_if<StartedRound>(&result)) begin(std::move(*round), asked);
    });
  }

  // True: it takes long.
  bool begin(StartedRound round, base::Monotonic asked) {
    const bool is_long = happens(0.02);
    std::uniform_int_distribution<base::Millis::rep> ms(0, is_long ? kLongestRound.count() : 0);
    running_.push_back(
        {std::move(round), asked, asked + base::Millis(ms(dice())), asked + base::Millis(ms(dice()))});
    return is_long;
  }

  // Too late for some. They go on nevertheless: finish() must see it as well.
  void renew() {
    Refs renewed;
    std::vector<Running*> asked;
    const auto now = monotonic_now();
    for (auto& running : running_)
      if (running.renewed_from < now && running.ends > now && happens(0.1)) {
        renewed.push_back(ref(running.round));
        asked.push_back(&running);
      }
    attempt([&] {
      const auto results = schedules().renew(renewed, kLease);
      for (std::size_t at = 0; at < results.size(); ++at)
        if (results[at]) asked[at]->held_from = now;
      const auto kept = std::count(results.begin(), results.end(), true);
      tell("renewed", static_cast<std::size_t>(kept));
      tell("not_renewed", results.size() - static_cast<std::size_t>(kept));
    });
  }

  void give_back(double share) {
    Refs given;
    std::erase_if(running_, [&](const Running& running) {
      if (!happens(share)) return false;
      given.push_back(ref(running.round));
      return true;
    });
    attempt([&] { schedules().give_back(given, 50ms); });
    tell("given_back", given.size());
  }

  std::vector<Running> ended() {
    std::vector<Running> ended;
    const auto now = monotonic_now();
    std::erase_if(running_, [&](Running& running) {
      if (running.ends > now) return false;
      ended.push_back(std::move(running));
      return true;
    });
    return ended;
  }

  void finish(const std::vector<Running>& ended) {
    if (ended.empty()) return;
    std::vector<store::FinishedRound> rounds;
    for (const auto& running : ended) rounds.push_back(checked(running.round));
    std::vector<store::FinishResult> results;
    while (!attempt([&] { results = schedules().finish(rounds); })) {
    }
    const auto now = monotonic_now();
    std::size_t recorded = 0, early = 0;
    for (std::size_t at = 0; at < ended.size(); ++at) {
      recorded += results[at].recorded;
      early += !results[at].recorded && now < ended[at].held_from + kLease;
    }
    tell("recorded", recorded);
    tell("refused", ended.size() - recorded);
    tell("refused_within_lease", early);
    if (happens(0.1)) come_late(ended);
  }

  // What was on its way when the round was finished.
  void come_late(const std::vector<Running>& ended) {
    Refs refs;
    for (const auto& running : ended) refs.push_back(ref(running.round));
    attempt([&] {
      if (happens(0.5))
        schedules().renew(refs, kLease);
      else
        schedules().give_back(refs, kLease);
    });
  }

  // A monitor's name says what becomes of it.
  store::FinishedRound checked(const StartedRound& started) {
    store::FinishedRound finished;
    const auto at = started.started_at + 1ms;
    for (const auto& monitor : started.monitors) {
      const auto cause = monitor.name == "down" ? domain::Cause::timeout : domain::Cause::ok;
      domain::Finding finding{.verdict = domain::verdict_of(cause), .cause = cause};
      finished.updates.push_back({monitor.id, monitor.updated_at,
                                  domain::apply_finding(monitor, finding.verdict, at), cause, "as named"});
      finished.results.push_back({monitor.id, at, std::move(finding)});
    }
    const auto counts = domain::count(finished.results);
    finished.round = {.user_id = started.claim.user_id,
                      .slot = started.claim.slot,
                      .fence = started.claim.fence,
                      .worker = name_,
                      .started_at = started.started_at,
                      .finished_at = at,
                      .outcome = domain::outcome_of(counts),
                      .error = domain::summary_of(counts),
                      .counts = counts};
    return finished;
  }

  std::vector<Running> running_;
};

int run(const std::map<std::string, std::string>& options) {
  const auto& role = options.at("--role");
  const auto name = role + "-" + options.at("--name");
  if (role == "dispatcher")
    Dispatcher(options.at("--url"), name).run();
  else
    Worker(options.at("--url"), name).run();
  return 0;
}

}  // namespace
}  // namespace watchbill::contract

int main(int argc, char** argv) {
  std::signal(SIGTERM, [](int) { watchbill::contract::stopping = 1; });
  try {
    std::map<std::string, std::string> options;
    for (int at = 1; at + 1 < argc; at += 2) options[argv[at]] = argv[at + 1];
    return watchbill::contract::run(options);
  } catch (const std::exception& e) {
    fmt::print(stderr, "failed: {}\n", e.what());
    return 1;
  }
}
