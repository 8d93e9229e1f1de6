// What befalls a database server: it hangs, its disk is full, it is too old, its user may too little.
#include "store/mysql_errors.h"
#include "store/testing/mysql_fixture.h"
#include "tests/support/small_disk.h"

namespace watchbill::store {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::ThrowsMessage;
using Reason = Unavailable::Reason;

template <class Call>
std::optional<Unavailable> failure_of(Call call) {
  try {
    call();
  } catch (const Unavailable& e) {
    return e;
  }
  return std::nullopt;
}

// --- a server that stops answering ---

class HangTest : public testing::MysqlFixture {
 protected:
  static constexpr base::Millis kLongest = 4s;  // of what the URL and the wait for locks allow: 2 s

  HangTest() { add_due_users(2); }
  ~HangTest() override { server_.resume(); }

  // How `call` ends on a server that hangs.
  template <class Call>
  Unavailable in_time(Call call) {
    const base::SystemClock clock;
    const auto began = clock.monotonic_now();
    const auto failure = failure_of(call);
    EXPECT_LT(clock.monotonic_now() - began, kLongest);
    EXPECT_TRUE(failure) << "the server hangs";
    return failure.value_or(Unavailable(Reason::io, "none"));
  }

  Database hasty_{
      StoreOptions{.url = url("?socket_timeout=1&connect_timeout=1"), .busy_timeout = base::Millis(100)}};
  Schedules schedules_{hasty_};
};

TEST_F(HangTest, reads_and_writes_end_in_time_and_work_again_afterwards) {
  const auto rounds = finished(start(schedules_, claim(schedules_)));
  server_.pause();
  for (const auto& call : std::initializer_list<std::function<void()>>{[&] { schedules_.find("u1"); },
                                                                       [&] { schedules_.finish(rounds); }}) {
    const auto failure = in_time(call);
    EXPECT_EQ(failure.reason, Reason::connection);
    EXPECT_FALSE(failure.outcome_unknown);
  }
  server_.resume();
  EXPECT_TRUE(schedules_.find("u1"));
  EXPECT_EQ(count("MonitorRound"), "0");
  for (const auto& result : schedules_.finish(rounds)) EXPECT_TRUE(result.recorded);
  EXPECT_EQ(count("MonitorRound"), "2");
}

TEST_F(HangTest, a_commit_without_answer_is_recorded_once) {
  const auto rounds = finished(start(schedules_, claim(schedules_)));
  const auto failure = in_time([&] {
    hasty_.write([&] {
      schedules_.finish(rounds);
      server_.pause();
    });
  });
  EXPECT_EQ(failure.reason, Reason::connection);
  EXPECT_TRUE(failure.outcome_unknown);
  server_.resume();
  for (const auto& result : schedules_.finish(rounds)) EXPECT_TRUE(result.recorded);
  EXPECT_EQ(count("MonitorRound"), "2");
  EXPECT_THAT(claim(schedules_), IsEmpty());
}

TEST_F(HangTest, a_transaction_ends_in_its_middle) {
  const auto failure = in_time([&] {
    hasty_.write([&] {
      const auto owner = hasty_.query<std::string>("SELECT id FROM User ORDER BY id FOR UPDATE").value();
      server_.pause();
      hasty_.command<std::string>("UPDATE UserMonitorSchedule SET lockedBy = :owner")(owner);
    });
  });
  EXPECT_FALSE(failure.outcome_unknown);
  server_.resume();
  EXPECT_THAT(claim(schedules_), SizeIs(2));
  EXPECT_EQ(count("UserMonitorSchedule WHERE lockedBy = 'u1'"), "0");
}

// --- a disk that is full ---

struct ServerOnSmallDisk {
  support::SmallDisk disk_{256};
  support::MariaDbServer small_server_{{"--innodb-flush-log-at-trx-commit=0"}, disk_.path()};
};

class FullDiskTest : private ServerOnSmallDisk, public testing::MysqlFixture {
 protected:
  static constexpr std::size_t kUsers = 500;

  FullDiskTest() : MysqlFixture(small_server_) {}

  void SetUp() override {
    if (!disk_.is_there()) GTEST_SKIP() << "this machine lets this user mount no small disk";
  }
  // Each takes some room, inside its row: a MariaDB that finds none for what lies outside ends itself.
  std::vector<FinishedRound> large_rounds() {
    auto rounds = finished(start(claim(kUsers)));
    for (auto& finished : rounds) {
      finished.round.outcome = domain::Outcome::failed;
      finished.round.error.assign(3000, 'x');
    }
    return rounds;
  }

  support::SmallDisk& disk() { return disk_; }
};

TEST_F(FullDiskTest, what_finds_no_room_is_told_and_recorded_later) {
  add_due_users(kUsers);
  const auto rounds = large_rounds();
  ASSERT_THAT(rounds, SizeIs(kUsers));
  disk().fill();
  std::size_t recorded = 0;
  const auto failure = failure_of([&] {
    for (const auto& round : rounds) recorded += schedules_.finish({round}).front().recorded;
  });
  ASSERT_TRUE(failure) << recorded << " found room";
  EXPECT_EQ(failure->reason, Reason::disk_full) << failure->what();
  EXPECT_THAT(failure->what(), HasSubstr("the database has no room"));
  EXPECT_FALSE(failure->outcome_unknown);
  EXPECT_EQ(count("MonitorRound"), std::to_string(recorded));
  EXPECT_EQ(count("UserMonitorSchedule WHERE lockedBy = 'worker-1'"), std::to_string(kUsers - recorded));
  disk().make_room();
  for (const auto& result : schedules_.finish(rounds)) EXPECT_TRUE(result.recorded);
  EXPECT_EQ(count("MonitorRound"), std::to_string(kUsers));
}

TEST(FullDiskErrorTest, a_full_disk_is_told_by_whatever_number_it_comes) {
  const std::pair<unsigned, const char*> cases[] = {
      {1030, "Got error 28 \"No space left on device\" from storage engine InnoDB"},
      {1026, "Error writing file './test/a.frm' (Errcode: 28 \"No space left on device\")"},
      {1114, "The table 'MonitorRound' is full"}};
  for (const auto& [number, message] : cases) {
    const auto failure = failure_of([&] { std::rethrow_exception(mysql::error_of(number, message, false)); });
    ASSERT_TRUE(failure) << message;
    EXPECT_EQ(failure->reason, Reason::disk_full) << message;
  }
}

// --- a user who may too little ---

class PrivilegesTest : public testing::MysqlFixture {
 protected:
  PrivilegesTest() { admin_.execute("CREATE OR REPLACE USER poor@'%' IDENTIFIED BY 'poor'"); }

  void grant(const std::string& privileges) {
    admin_.execute("GRANT " + privileges + " ON test.* TO poor@'%'");
  }
  std::string poor_url() const {
    return "mysql://poor:poor@127.0.0.1:" + std::to_string(server_.port()) + "/test";
  }
  void clear_database() {
    admin_.execute(
        "DROP DATABASE test; CREATE DATABASE test CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci; USE "
        "test");
  }
};

TEST_F(PrivilegesTest, who_may_only_read_is_told_what_he_lacks) {
  add_due_users(1);
  grant("SELECT");
  Database poor({.url = poor_url()});
  Schedules schedules(poor);
  EXPECT_EQ(schedules.count_due(10), 1);
  const auto failure = failure_of([&] { claim(schedules); });
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->reason, Reason::read_only);
  EXPECT_THAT(failure->what(), AllOf(HasSubstr("the database refuses what its user must be able to do"),
                                     HasSubstr("UPDATE command denied to user 'poor'")));
  grant("UPDATE");
  EXPECT_THAT(claim(schedules), SizeIs(1));
}

// Whichever of them is missing, the migration goes on where it stopped.
TEST_F(PrivilegesTest, who_may_not_make_tables_is_told_and_may_try_again) {
  clear_database();
  grant("SELECT, INSERT, UPDATE, DELETE");
  Database poor({.url = poor_url()});
  Migrator migrator(poor, poor.engine().migrations());
  for (const std::string privilege : {"CREATE", "ALTER"}) {
    const auto failure = failure_of([&] { migrator.deploy(); });
    ASSERT_TRUE(failure) << privilege;
    EXPECT_EQ(failure->reason, Reason::read_only);
    EXPECT_THAT(failure->what(), HasSubstr(privilege + " command denied to user 'poor'"));
    grant(privilege + ", REFERENCES, INDEX");
  }
  EXPECT_THAT(migrator.deploy(), ::testing::Not(IsEmpty()));
  migrator.check();
}

// --- a server that is too old ---

TEST(OldServerTest, is_refused_with_what_is_needed) {
  const std::pair<const char*, const char*> cases[] = {
      {"10.5.27-MariaDB", "the database server is MariaDB 10.5.27-MariaDB: 10.6 or later is needed"},
      {"8.0.15", "the database server is MySQL 8.0.15: 8.0.16 or later is needed"}};
  for (const auto& [version, message] : cases) {
    const support::MariaDbServer old({std::string("--version=") + version});
    EXPECT_THAT([&] { Database({.url = old.url("mysql")}); },
                ThrowsMessage<AccessRefused>(HasSubstr(message)));
  }
}

}  // namespace
}  // namespace watchbill::store
