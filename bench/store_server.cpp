// What claims and finishes cost on a database server whose schedules are there already:
// bench/load/store_server.mjs makes them.
//
//   store_server --url mysql://… --batch 1000 --rounds 20000
//
// Claims that many users, starts their rounds and finishes them, one step after the other; then as many again
// with somebody who claims and somebody who finishes at the same time; then two dispatchers claim as many at
// once.
#include <CLI/CLI.hpp>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "store/store.h"

namespace {

using namespace watchbill;
using namespace std::chrono_literals;
using Rounds = std::vector<domain::StartedRound>;

struct Wishes {
  std::string url;
  std::size_t batch = 1000;
  std::size_t rounds = 20000;
};

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double per_second(std::size_t count, double seconds) {
  return seconds > 0 ? std::round(double(count) / seconds) : 0;
}

store::StartRounds to_be_started(const std::vector<domain::Claim>& claims) {
  store::StartRounds params{"worker-bench", 600s, {}};
  for (const auto& claim : claims) params.claims.push_back({claim.user_id, claim.fence});
  return params;
}

std::vector<store::FinishedRound> finished(const Rounds& started, base::Timestamp now) {
  std::vector<store::FinishedRound> rounds;
  for (const auto& round : started) {
    auto& finished = rounds.emplace_back();
    finished.round = {.user_id = round.claim.user_id,
                      .slot = round.claim.slot,
                      .fence = round.claim.fence,
                      .worker = "worker-bench",
                      .started_at = round.started_at,
                      .finished_at = now,
                      .outcome = domain::Outcome::skipped};
  }
  return rounds;
}

// What is claimed and waits for who finishes.
class Handover {
 public:
  void put(std::vector<domain::Claim> claims) {
    const std::scoped_lock lock(mutex_);
    batches_.push_back(std::move(claims));
    changed_.notify_one();
  }
  void close() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    changed_.notify_one();
  }
  std::optional<std::vector<domain::Claim>> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || !batches_.empty(); });
    if (batches_.empty()) return std::nullopt;
    auto claims = std::move(batches_.front());
    batches_.pop_front();
    return claims;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::vector<domain::Claim>> batches_;
  bool closed_ = false;
};

class Run {
 public:
  explicit Run(Wishes wishes) : wishes_(std::move(wishes)) {}

  nlohmann::json steps() {
    store::Store store({.url = wishes_.url});
    auto& schedules = store.schedules();
    claim(schedules, 1);  // looks for leases of the future once
    std::vector<std::vector<domain::Claim>> batches;
    std::size_t claimed = 0;
    auto begin = std::chrono::steady_clock::now();
    std::optional<base::Timestamp> from;
    while (claimed < wishes_.rounds) {
      auto claims = claim(schedules, wishes_.batch, from);
      if (claims.empty()) break;
      from = claims.back().due_since;
      claimed += claims.size();
      batches.push_back(std::move(claims));
    }
    const double claiming = seconds_since(begin);
    std::vector<Rounds> started;
    begin = std::chrono::steady_clock::now();
    for (const auto& batch : batches) started.push_back(start(schedules, batch));
    const double starting = seconds_since(begin);
    const auto now = schedules.now();
    double finishing = 0;
    for (const auto& batch : started) finishing += finish(schedules, finished(batch, now));
    return {{"users", claimed},
            {"claim_users_per_s", per_second(claimed, claiming)},
            {"claim_ms_per_batch", batches.empty() ? 0 : claiming / double(batches.size()) * 1e3},
            {"start_rounds_per_s", per_second(claimed, starting)},
            {"finish_rounds_per_s", per_second(claimed, finishing)}};
  }

  // Users per second, claimed by so many dispatchers together.
  double claims_of(std::size_t dispatchers) {
    std::vector<std::unique_ptr<store::Store>> stores;
    for (std::size_t i = 0; i < dispatchers; ++i) {
      stores.push_back(std::make_unique<store::Store>(store::StoreOptions{.url = wishes_.url}));
      claim(stores.back()->schedules(), 1);
    }
    std::atomic<std::size_t> claimed = 0;
    const auto begin = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    for (const auto& store : stores)
      threads.emplace_back([&, schedules = &store->schedules()] {
        std::optional<base::Timestamp> from;
        while (claimed < wishes_.rounds) {
          const auto claims = claim(*schedules, wishes_.batch, from);
          if (claims.empty()) break;
          from = claims.back().due_since;
          claimed += claims.size();
        }
      });
    for (auto& thread : threads) thread.join();
    return per_second(claimed, seconds_since(begin));
  }

  // Rounds per second from the first claim to the last commit.
  double together() {
    Handover handover;
    store::Store claiming({.url = wishes_.url}), finishing({.url = wishes_.url});
    claim(claiming.schedules(), 1);
    std::size_t done = 0;
    const auto begin = std::chrono::steady_clock::now();
    std::thread finisher([&] {
      while (const auto claims = handover.take()) {
        const auto started = start(finishing.schedules(), *claims);
        finish(finishing.schedules(), finished(started, finishing.schedules().now()));
        done += started.size();
      }
    });
    std::optional<base::Timestamp> from;
    for (std::size_t claimed = 0; claimed < wishes_.rounds;) {
      auto claims = claim(claiming.schedules(), wishes_.batch, from);
      if (claims.empty()) break;
      from = claims.back().due_since;
      claimed += claims.size();
      handover.put(std::move(claims));
    }
    handover.close();
    finisher.join();
    return per_second(done, seconds_since(begin));
  }

 private:
  // As the dispatcher does it while batches are full.
  static std::vector<domain::Claim> claim(store::Schedules& schedules, std::size_t limit,
                                          std::optional<base::Timestamp> from = {}) {
    return schedules.claim_due({limit, "dispatcher-bench", 900s, from});
  }
  static Rounds start(store::Schedules& schedules, const std::vector<domain::Claim>& claims) {
    Rounds rounds;
    for (auto& round : schedules.start(to_be_started(claims))) rounds.push_back(std::move(round.value()));
    return rounds;
  }
  static double finish(store::Schedules& schedules, const std::vector<store::FinishedRound>& rounds) {
    const auto begin = std::chrono::steady_clock::now();
    for (const auto& result : schedules.finish(rounds))
      if (!result.recorded) throw std::runtime_error("a round was not recorded");
    return seconds_since(begin);
  }

  const Wishes wishes_;
};

}  // namespace

int main(int argc, char** argv) {
  Wishes wishes;
  CLI::App app("Measures claims and finishes on a database server");
  app.add_option("--url", wishes.url, "of the database, migrated, with schedules that are due")->required();
  app.add_option("--batch", wishes.batch, "users at once")->capture_default_str();
  app.add_option("--rounds", wishes.rounds, "how many are measured")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    Run run(wishes);
    auto figures = run.steps();
    figures["together_rounds_per_s"] = run.together();
    figures["two_dispatchers_claim_users_per_s"] = run.claims_of(2);
    std::cout << figures << std::endl;
  } catch (const std::exception& error) {
    std::cerr << "store_server: " << error.what() << '\n';
    return 1;
  }
}
