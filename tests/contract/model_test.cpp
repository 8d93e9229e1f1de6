// A long random history of everything that can happen to schedules, compared step by step with a model.
#include <cstdlib>
#include <random>

#include "tests/contract/model.h"
#include "tests/contract/store_contract.h"

namespace watchbill::contract {
namespace {

constexpr int kUsers = 5;
constexpr int kSteps = 1500;

// What somebody once was given, and may try to use at any later time.
struct Ticket {
  domain::UserId user;
  Fence fence = 0;
  Timestamp slot;
};

// WATCHBILL_SEED repeats a history.
unsigned chosen_seed() {
  const char* given = std::getenv("WATCHBILL_SEED");
  return given ? static_cast<unsigned>(std::stoul(given)) : std::random_device()();
}

class ModelTest : public StoreContract {
 protected:
  void SetUp() override {
    for (int i = 0; i < kUsers; ++i) {
      const auto id = add_user("user" + std::to_string(i), 1 + i * 2);
      ids_.push_back(id);
      model_[id] = {.interval_minutes = 1 + i * 2, .next_run_at = row(id).next_run_at};
    }
  }

  int random(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  const domain::UserId& some_user() { return ids_[static_cast<std::size_t>(random(kUsers))]; }
  // Mostly a recent one.
  Ticket some_ticket(const std::vector<Ticket>& tickets) {
    if (tickets.empty()) return {some_user(), random(3), now()};
    const auto back = static_cast<std::size_t>(random(random(4) ? 3 : 40));
    return tickets[tickets.size() - 1 - std::min(back, tickets.size() - 1)];
  }
  std::string some_name(const std::string& role) { return role + "-" + std::to_string(random(2)); }

  const char* step();
  void claim_some();
  void start_one();
  void renew_one();
  void give_back_one();
  void finish_one();
  void claim_and_start_one();
  void edit_one();
  void run_now_one();
  void release_one();
  void release_owner();
  void operator_clears_locks();
  void restart();
  void time_passes();
  void compare();

  const unsigned seed_ = chosen_seed();
  std::mt19937 random_{seed_};
  std::vector<domain::UserId> ids_;
  std::map<domain::UserId, ModelUser> model_;
  std::vector<Ticket> claims_, started_;
};
WATCHBILL_ON_EVERY_ENGINE(ModelTest);

void ModelTest::claim_some() {
  const auto limit = static_cast<std::size_t>(random(kUsers + 1));
  const auto dispatcher = some_name("dispatcher");
  std::vector<Timestamp> due;
  for (const auto& [id, user] : model_)
    if (user.due(now())) due.push_back(user.claimable_at());
  std::sort(due.begin(), due.end());
  due.resize(std::min(due.size(), limit));

  std::vector<Timestamp> claimed;
  for (const auto& claim : claim(limit, dispatcher)) {
    auto& user = model_.at(claim.user_id);
    ASSERT_TRUE(user.due(now()));
    claimed.push_back(user.claimable_at());
    user.claim(dispatcher, now() + kLockTtl);
    EXPECT_EQ(claim.fence, user.fence);
    EXPECT_EQ(claim.slot, user.next_run_at);
    claims_.push_back({claim.user_id, claim.fence, claim.slot});
  }
  EXPECT_EQ(claimed, due) << "the longest waiting first, as many as asked for";
}

void ModelTest::start_one() {
  const auto ticket = some_ticket(claims_);
  const auto worker = some_name("worker");
  const auto round = start(store::ClaimRef{ticket.user, ticket.fence}, worker);
  auto& user = model_.at(ticket.user);
  ASSERT_EQ(round.has_value(), user.start(ticket.fence, worker, now() + kLease));
  if (!round) return;
  EXPECT_EQ(round->claim.slot, user.slot_now(now()));
  started_.push_back({ticket.user, ticket.fence, round->claim.slot});
}

void ModelTest::renew_one() {
  const auto ticket = some_ticket(started_);
  EXPECT_EQ(schedules().renew({{ticket.user, ticket.fence}}, kLease).front(),
            model_.at(ticket.user).renew(ticket.fence, now() + kLease));
}

void ModelTest::give_back_one() {
  const auto ticket = some_ticket(started_);
  const auto delay = Millis(random(3) * 5000);
  schedules().give_back({{ticket.user, ticket.fence}}, delay);
  model_.at(ticket.user).give_back(ticket.fence, now() + delay);
}

void ModelTest::finish_one() {
  const auto ticket = some_ticket(started_);
  domain::StartedRound round{{.user_id = ticket.user, .slot = ticket.slot, .fence = ticket.fence}, now(), {}};
  const auto result = finish(round);
  ASSERT_EQ(result.recorded, model_.at(ticket.user).finish(ticket.fence, ticket.slot, now()));
  if (result.recorded) {
    EXPECT_EQ(result.next_run_at, model_.at(ticket.user).next_run_at);
  }
}

void ModelTest::claim_and_start_one() {
  const bool only_if_due = random(2) == 0;
  const auto& id = some_user();
  auto& user = model_.at(id);
  const auto result = claim_and_start(id, only_if_due);
  const auto slot = user.claim_and_start(only_if_due, "worker-2", now(), now() + kLease);
  const auto* round = std::get_if<domain::StartedRound>(&result);
  ASSERT_EQ(round != nullptr, slot.has_value());
  if (!round) return;
  EXPECT_EQ(round->claim.slot, *slot);
  EXPECT_EQ(round->claim.fence, user.fence);
  started_.push_back({id, user.fence, *slot});
}

void ModelTest::edit_one() {
  store::ScheduleEdit edit;
  if (random(2)) edit.enabled = random(3) > 0;
  if (random(2)) edit.interval_minutes = 1 + random(20);
  const auto& id = some_user();
  schedules().edit(id, edit);
  model_.at(id).edit(edit.enabled, edit.interval_minutes, now());
}

void ModelTest::release_owner() {
  const auto owner = some_name(random(2) ? "worker" : "dispatcher");
  std::int64_t held = 0;
  for (auto& [id, user] : model_)
    if (user.locked_by == owner) {
      user.free();
      ++held;
    }
  EXPECT_EQ(schedules().release_held_by({owner}), held);
}

void ModelTest::run_now_one() {
  const auto& id = some_user();
  schedules().run_now(id);
  model_.at(id).run_now(now());
}

void ModelTest::release_one() {
  const auto ticket = some_ticket(claims_);
  schedules().release({{ticket.user, ticket.fence}});
  model_.at(ticket.user).release(ticket.fence);
}

void ModelTest::operator_clears_locks() {
  database_->execute(
      "UPDATE UserMonitorSchedule SET lockedUntil = NULL, lockedBy = NULL WHERE lockedUntil < " +
      database_->literal(now()));
  for (auto& [id, user] : model_) user.clear_expired(now());
}

void ModelTest::restart() { store_ = database_->open(clock_, 5s); }

void ModelTest::time_passes() {
  constexpr Millis kPauses[] = {0ms, 1ms, 999ms, 20s, 60s, 4min, kLockTtl};
  clock_.advance(kPauses[random(std::size(kPauses))]);
}

// Returns what was done.
const char* ModelTest::step() {
  struct Kind {
    int weight;
    const char* name;
    void (ModelTest::*run)();
  };
  static constexpr Kind kKinds[] = {{20, "claim", &ModelTest::claim_some},
                                    {18, "start", &ModelTest::start_one},
                                    {5, "renew", &ModelTest::renew_one},
                                    {4, "give back", &ModelTest::give_back_one},
                                    {18, "finish", &ModelTest::finish_one},
                                    {6, "claim and start", &ModelTest::claim_and_start_one},
                                    {4, "edit", &ModelTest::edit_one},
                                    {3, "run now", &ModelTest::run_now_one},
                                    {3, "release", &ModelTest::release_one},
                                    {2, "release by owner", &ModelTest::release_owner},
                                    {1, "operator clears locks", &ModelTest::operator_clears_locks},
                                    {1, "restart", &ModelTest::restart},
                                    {15, "time passes", &ModelTest::time_passes}};
  int dice = random(100);
  const auto* kind = kKinds;
  while (dice >= kind->weight) dice -= (kind++)->weight;
  (this->*kind->run)();
  return kind->name;
}

void ModelTest::compare() {
  for (const auto& [id, expected] : model_) {
    const auto actual = row(id);
    EXPECT_EQ(actual.enabled, expected.enabled);
    EXPECT_EQ(actual.interval_minutes, expected.interval_minutes);
    EXPECT_EQ(actual.next_run_at, expected.next_run_at);
    EXPECT_EQ(actual.locked_until, expected.locked_until);
    EXPECT_EQ(actual.locked_by, expected.locked_by);
    EXPECT_EQ(actual.fence, expected.fence);
    EXPECT_EQ(actual.started_fence, expected.started_fence);
  }
}

TEST_P(ModelTest, a_random_history_is_what_the_protocol_says) {
  RecordProperty("seed", std::to_string(seed_));
  for (int i = 0; i < kSteps; ++i) {
    const auto* what = step();
    compare();
    if (HasFailure()) FAIL() << "WATCHBILL_SEED=" << seed_ << ", step " << i << ": " << what;
  }
  std::size_t recorded = 0;
  for (const auto& [id, user] : model_) {
    const auto rounds = monitors().rounds({.user_id = id, .limit = 100'000});
    ASSERT_EQ(rounds.size(), user.rounds.size());
    for (const auto& round : rounds) EXPECT_EQ(user.rounds.at(round.slot), round.fence);
    recorded += rounds.size();
  }
  // One history in six hundred had only 50.
  EXPECT_GT(recorded, 10u) << "the history was about something; WATCHBILL_SEED=" << seed_;
}

}  // namespace
}  // namespace watchbill::contract
