// Eight dispatchers and eight workers on one database server, processes killed and connections cut all the
// time: each slot is recorded once, fences grow, leases never overlap. Triggers in the database say so
// (store_witness.h).
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <thread>

#include "store/store.h"
#include "tests/contract/store_witness.h"
#include "tests/support/process.h"
#include "tests/support/temp_folder.h"

namespace watchbill::contract {
namespace {

using namespace std::chrono_literals;
using support::Process;
using support::SqlConnection;

constexpr int kSlots = WATCHBILL_PROOF_SLOTS;
constexpr int kOfEachRole = 8;
constexpr auto kLongest = 240s;

std::mt19937& dice() {
  static std::mt19937 random{std::random_device{}()};
  return random;
}
int random(int from, int to) { return std::uniform_int_distribution<int>(from, to)(dice()); }

// The processes, one for another that died.
class Crew {
 public:
  explicit Crew(std::string url) : url_(std::move(url)) {
    for (int i = 0; i < kOfEachRole; ++i) {
      actors_.push_back(engage("dispatcher"));
      actors_.push_back(engage("worker"));
    }
  }

  void kill_one() {
    auto& actor = actors_.at(static_cast<std::size_t>(random(0, static_cast<int>(actors_.size()) - 1)));
    // One in eight is asked to stop and gives back what it holds.
    actor.process->signal(random(0, 7) == 0 ? SIGTERM : SIGKILL);
    const int status = actor.process->wait();
    if (status != 0 && status != -SIGKILL)
      failures_ += actor.role + " ended with " + std::to_string(status) + "\n";
    actor = engage(actor.role);
    ++killed_;
  }

  void wait_for_end() {
    support::wait_for("all processes have ended", [this] {
      return std::all_of(actors_.begin(), actors_.end(),
                         [](const Actor& actor) { return !actor.process->runs(); });
    });
    for (const auto& actor : actors_)
      if (const int status = actor.process->wait(); status != 0)
        failures_ += actor.role + " ended with " + std::to_string(status) + "\n";
  }

  int killed() const { return killed_; }
  const std::string& failures() const { return failures_; }

  // What they said: events summed up, and the lines that are none.
  std::map<std::string, std::int64_t> events() const {
    std::map<std::string, std::int64_t> events;
    each_line([&](const std::string& line, std::size_t number) {
      if (number > 0) events[line.substr(0, number - 1)] += std::stoll(line.substr(number));
    });
    return events;
  }
  std::string remarks() const {
    std::string remarks;
    each_line([&](const std::string& line, std::size_t number) {
      if (number == 0 && remarks.size() < kMostRemarks) remarks += line + "\n";
    });
    return remarks;
  }

 private:
  struct Actor {
    std::string role;
    std::unique_ptr<Process> process;
  };

  static constexpr std::size_t kMostRemarks = 10'000;

  std::filesystem::path output() const { return folder_.path() / "output"; }
  // `number`: where the number of an event begins.
  template <class Take>
  void each_line(Take take) const {
    std::ifstream lines(output());
    for (std::string line; std::getline(lines, line);) {
      const auto number = line.find(' ') + 1;
      const bool is_event = number > 1 && number < line.size() &&
                            line.find_first_not_of("0123456789", number) == std::string::npos;
      take(line, is_event ? number : 0);
    }
  }

  Actor engage(const std::string& role) {
    return {role,
            std::make_unique<Process>(std::vector<std::string>{WATCHBILL_STORE_ACTOR, "--url", url_, "--role",
                                                               role, "--name", std::to_string(++engaged_)},
                                      output())};
  }

  const support::TempFolder folder_;
  const std::string url_;
  std::vector<Actor> actors_;
  int engaged_ = 0;
  int killed_ = 0;
  std::string failures_;
};

class StoreProof : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "mariadb") server_ = std::make_unique<support::MariaDbServer>();
    const auto url = server_ ? server_->url() : support::mysql_url();
    name_ = "watchbill_proof_" + std::to_string(getpid());
    url_ = url + name_;
    admin_ = std::make_unique<SqlConnection>(url);
    admin_->execute("CREATE DATABASE " + name_ + " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci; USE " +
                    name_);
    store::Store({.url = url_}).migrate();
  }
  void TearDown() override {
    if (admin_) admin_->execute("DROP DATABASE " + name_);
  }

  // One that commits just now, where there is one: its answer is lost.
  bool cut_connection() {
    const auto id = admin_->value(
        "SELECT id FROM information_schema.processlist WHERE db = database() AND id <> connection_id() ORDER "
        "BY coalesce(info, '') LIKE 'COMMIT%' DESC, rand() LIMIT 1");
    if (!id) return false;
    try {
      admin_->execute("KILL CONNECTION " + *id);
      return true;
    } catch (const std::runtime_error&) {
      return false;  // it has ended by itself
    }
  }

  std::unique_ptr<support::MariaDbServer> server_;
  std::string name_, url_;
  std::unique_ptr<SqlConnection> admin_;
};

TEST_P(StoreProof, each_slot_is_recorded_once_whoever_dies) {
  StoreWitness witness(*admin_);
  witness.prepare(kSlots);
  const auto begin = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };

  Crew crew(url_);
  int cut = 0;
  // Not while the server makes its first copies of the tables: MariaDB keeps a trigger whose reading was
  // broken off, broken.
  bool warm = false;
  const auto is_over = [&] {
    return witness.is_all_recorded() || witness.has_violations() || !crew.failures().empty() ||
           seconds() > kLongest.count();
  };
  while (!is_over()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(random(100, 300)));  // how often somebody dies
    crew.kill_one();
    warm = warm || std::stoll(*admin_->value("SELECT count(*) FROM MonitorRound")) >= kSlots / 50;
    if (warm) cut += cut_connection() + cut_connection();
  }
  const double took = seconds();
  EXPECT_TRUE(witness.is_all_recorded()) << "after " << took << " s";
  if (!HasFailure()) {
    crew.wait_for_end();
    for (const auto& finding : witness.findings()) ADD_FAILURE() << finding;
  }
  for (const auto& violation : witness.violations()) ADD_FAILURE() << violation;
  EXPECT_EQ(crew.failures(), "");
  auto events = crew.events();
  EXPECT_EQ(events["refused_within_lease"], 0) << "somebody else had authority as well";
  EXPECT_LE(events["recorded"], kSlots) << "a slot was said to be recorded twice";
  if (HasFailure()) {
    std::cout << crew.remarks();
    return;
  }
  std::cout << kSlots << " slots in " << took << " s, " << kSlots / took << " a second; " << crew.killed()
            << " processes and " << cut << " connections killed\n";
  for (const auto& [event, count] : events) std::cout << "  " << event << " " << count << "\n";
  // It was about something.
  // (A connection that ends before a commit is nobody's business: the store begins again.)
  EXPECT_GT(cut, 0);
  if (kSlots < 100'000) return;
  for (const auto* event : {"unknown", "not_started", "renewed", "given_back", "refused"})
    EXPECT_GT(events[event], 0) << event;
}

std::vector<std::string> servers() {
  if (support::mysql_url().empty()) return {"mariadb"};
  return {"mariadb", "mysql"};
}
INSTANTIATE_TEST_SUITE_P(Servers, StoreProof, testing::ValuesIn(servers()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace watchbill::contract
