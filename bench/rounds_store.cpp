// What a round costs in the store: claim, start and finish of users without monitors, in batches, against
// small and large tables. rounds_store [BATCH [ROUNDS [SCHEDULES...]]]; one line of JSON.
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/id.h"
#include "store/store.h"
#include "tests/support/temp_store.h"

namespace {

using namespace watchbill;
using namespace std::chrono_literals;
using nlohmann::json;

constexpr auto kStart = base::Timestamp(1'800'000'000'000ms);
constexpr int kIntervalMinutes = 5;
constexpr auto kPasswordHash =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$0123456789abcdef0123456789abcdef0123456789a";

struct Settings {
  std::size_t batch = 1000;
  std::size_t rounds = 200'000;
  std::vector<std::size_t> schedules = {10'000, 1'000'000};
};

// Rows go in behind the store's back: a commit for each user would take an hour.
class Loader {
 public:
  explicit Loader(const std::string& file) {
    if (sqlite3_open(file.c_str(), &database_) != SQLITE_OK) throw std::runtime_error("cannot open " + file);
    run("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA cache_size = -262144; BEGIN");
  }
  ~Loader() { sqlite3_close(database_); }

  // Overdue by up to one interval, each at the phase of his id.
  void add_users(std::size_t count) {
    std::vector<std::string> ids(count);
    std::generate(ids.begin(), ids.end(), base::new_id);
    std::sort(ids.begin(), ids.end());
    for (const auto& id : ids) {
      const auto slot =
          domain::first_slot(id, kIntervalMinutes, kStart - std::chrono::minutes(kIntervalMinutes));
      run(
          fmt::format("INSERT INTO User (id, email) VALUES ('{0}', '{0}@example.org');"
                      "INSERT INTO UserAccount (userId, name, passwordHash, createdAt, updatedAt) "
                      "VALUES ('{0}', '{0}', '{1}', {4}, {4});"
                      "INSERT INTO UserMonitorSchedule (id, userId, intervalMinutes, nextRunAt) "
                      "VALUES ('{2}', '{0}', {3}, {4})",
                      id, kPasswordHash, base::new_id(), kIntervalMinutes, base::to_epoch_ms(slot)));
    }
    run("COMMIT");
    // Else the first round's commit waits until all this is on the disk.
    sync();
  }

 private:
  void run(const std::string& sql) {
    if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(database_));
  }

  sqlite3* database_ = nullptr;
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](timeval t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Sums up the time of one step over all batches.
class Step {
 public:
  template <class Work>
  auto time(Work work) {
    const auto wall = std::chrono::steady_clock::now();
    const auto cpu = cpu_seconds();
    auto result = work();
    cpu_ += cpu_seconds() - cpu;
    wall_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count();
    return result;
  }
  double wall_us(std::size_t rounds) const { return wall_ / static_cast<double>(rounds) * 1e6; }
  double cpu_us(std::size_t rounds) const { return cpu_ / static_cast<double>(rounds) * 1e6; }

 private:
  double wall_ = 0;
  double cpu_ = 0;
};

store::FinishedRound finished(const domain::StartedRound& started, base::Timestamp now) {
  store::FinishedRound round;
  round.round.user_id = started.claim.user_id;
  round.round.slot = started.claim.slot;
  round.round.fence = started.claim.fence;
  round.round.worker = "worker-bench";
  round.round.started_at = started.started_at;
  round.round.finished_at = now;
  round.round.outcome = domain::Outcome::skipped;
  return round;
}

double rounded(double value) { return std::round(value * 100) / 100; }

json measure(const Settings& settings, std::size_t schedules) {
  base::ManualClock clock(kStart);
  support::TempStore database(clock);
  Loader(database.file()).add_users(schedules);
  auto& store = database.store().schedules();
  Step claim, start, finish;
  std::size_t rounds = 0;
  while (rounds < settings.rounds) {
    const auto claims = claim.time([&] {
      return store.claim_due({settings.batch, "dispatcher-bench", 900s});
    });
    if (claims.empty()) {
      clock.advance(std::chrono::minutes(kIntervalMinutes));
      continue;
    }
    store::StartRounds params{"worker-bench", 60s, {}};
    for (const auto& entry : claims) params.claims.push_back({entry.user_id, entry.fence});
    const auto started = start.time([&] { return store.start(params); });
    std::vector<store::FinishedRound> batch;
    for (const auto& round : started) batch.push_back(finished(round.value(), clock.now()));
    const auto results = finish.time([&] { return store.finish(batch); });
    if (std::any_of(results.begin(), results.end(), [](const auto& result) { return !result.recorded; }))
      throw std::runtime_error("a round was not recorded");
    rounds += results.size();
  }
  const double wall = claim.wall_us(rounds) + start.wall_us(rounds) + finish.wall_us(rounds);
  const double cpu = claim.cpu_us(rounds) + start.cpu_us(rounds) + finish.cpu_us(rounds);
  return {{"schedules", schedules},
          {"rounds", rounds},
          {"claim_us", rounded(claim.wall_us(rounds))},
          {"start_us", rounded(start.wall_us(rounds))},
          {"finish_us", rounded(finish.wall_us(rounds))},
          {"round_us", rounded(wall)},
          {"claim_cpu_us", rounded(claim.cpu_us(rounds))},
          {"round_cpu_us", rounded(cpu)},
          {"rounds_per_s", std::round(1e6 / wall)}};
}

Settings parse(int count, char** arguments) {
  Settings settings;
  if (count > 1) settings.batch = std::stoul(arguments[1]);
  if (count > 2) settings.rounds = std::stoul(arguments[2]);
  if (count > 3) settings.schedules.clear();
  for (int i = 3; i < count; ++i) settings.schedules.push_back(std::stoul(arguments[i]));
  return settings;
}

}  // namespace

int main(int count, char** arguments) {
  const auto settings = parse(count, arguments);
  json tables = json::array();
  for (const auto schedules : settings.schedules) tables.push_back(measure(settings, schedules));
  std::string command = "bench/run rounds_store";
  for (int i = 1; i < count; ++i) command += fmt::format(" {}", arguments[i]);
  std::cout << json{{"bench", "rounds_store"},
                    {"batch", settings.batch},
                    {"tables", tables},
                    {"command", command}}
            << std::endl;
}
