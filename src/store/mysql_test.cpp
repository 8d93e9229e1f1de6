// What only a server does: round trips, lost connections, conversions, settings of others.
#include "store/mysql.h"

#include "store/monitors.h"
#include "store/testing/mysql_fixture.h"

namespace watchbill::store {
namespace {

using namespace std::chrono_literals;
using mysql::MysqlEngine;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class MysqlTest : public store::testing::MysqlFixture {
 protected:
  std::size_t round_trips() { return dynamic_cast<MysqlEngine&>(database_.engine()).round_trips(); }
};

TEST_F(MysqlTest, a_batch_is_claimed_and_finished_in_two_round_trips_each) {
  add_due_users(50);
  claim(1);  // the first one also looks for leases of the future
  auto before = round_trips();
  const auto claims = claim();
  EXPECT_EQ(round_trips() - before, 2u);
  ASSERT_THAT(claims, SizeIs(49));
  const auto rounds = start(claims);
  before = round_trips();
  const auto results = schedules_.finish(finished(rounds));
  EXPECT_EQ(round_trips() - before, 2u);
  EXPECT_TRUE(
      std::all_of(results.begin(), results.end(), [](const auto& result) { return result.recorded; }));
  before = round_trips();
  EXPECT_THAT(claim(), IsEmpty());
  EXPECT_LE(round_trips() - before, 2u);
}

TEST_F(MysqlTest, a_connection_that_ended_while_it_was_idle_is_replaced_unnoticed) {
  add_due_users(1);
  kill_connections();
  EXPECT_EQ(schedules_.count_due(10), 1);
  kill_connections();
  EXPECT_THAT(claim(), SizeIs(1));
  kill_connections();
  EXPECT_NO_THROW(schedules_.find("u1"));
}

TEST_F(MysqlTest, a_transaction_whose_connection_ends_is_begun_again) {
  add_due_users(1);
  int runs = 0;
  database_.write([&] {
    const auto owner =
        database_.query<std::string>("SELECT userId FROM UserMonitorSchedule FOR UPDATE").value();
    if (++runs == 1) kill_connections();
    database_.command<std::string>("UPDATE UserMonitorSchedule SET lockedBy = 'me' WHERE userId = :user")(
        owner);
  });
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(admin_.value("SELECT lockedBy FROM UserMonitorSchedule"), "me");
}

TEST_F(MysqlTest, nothing_of_a_failed_transaction_goes_out_with_the_next_one) {
  add_due_users(1);
  EXPECT_THROW(database_.write([&] {
    database_.command<>("UPDATE UserMonitorSchedule SET lockedBy = 'nobody'").later();
    throw std::runtime_error("halfway");
  }),
               std::runtime_error);
  EXPECT_THAT(claim(), SizeIs(1));
  EXPECT_EQ(admin_.value("SELECT lockedBy FROM UserMonitorSchedule"), "dispatcher-1");
}

// A batch that was taken up, and given up before it was sent.
TEST_F(MysqlTest, rows_of_a_failed_finish_are_not_written_by_the_next_one) {
  add_due_users(2);
  auto rounds = finished(start(claim()));
  ASSERT_THAT(rounds, SizeIs(2));
  auto stale = rounds[1];
  stale.round.fence += 5;  // makes it look for an earlier record
  admin_.execute("RENAME TABLE MonitorRound TO Away");
  EXPECT_THROW(schedules_.finish({rounds[0], stale}), Error);
  admin_.execute("RENAME TABLE Away TO MonitorRound");
  EXPECT_TRUE(schedules_.finish({rounds[1]}).front().recorded);
  EXPECT_EQ(admin_.value("SELECT count(*) FROM MonitorRound"), "1");
  EXPECT_EQ(admin_.value("SELECT count(*) FROM UserMonitorSchedule WHERE lockedUntil IS NULL"), "1");
}

TEST_F(MysqlTest, localhost_is_reached_by_its_port) {
  auto by_name = url();
  by_name.replace(by_name.find("127.0.0.1"), 9, "localhost");
  EXPECT_NO_THROW(Database({.url = by_name}));
}

TEST_F(MysqlTest, ids_in_other_letters_are_those_of_the_row) {
  add_due_users(1);
  const auto result = schedules_.claim_and_start({"U1", "worker-1", 60s, false});
  ASSERT_TRUE(std::holds_alternative<domain::StartedRound>(result));
  EXPECT_EQ(std::get<domain::StartedRound>(result).claim.user_id, "u1");
}

TEST_F(MysqlTest, a_fence_without_a_next_one_stops_nobody_else) {
  add_due_users(2);
  admin_.execute("UPDATE UserMonitorSchedule SET fence = 9223372036854775807 WHERE userId = 'u1'");
  EXPECT_THAT(claim(), SizeIs(1));
}

TEST_F(MysqlTest, users_with_another_collation_are_referred_to_in_theirs) {
  for (const std::string collation : {"utf8mb4_general_ci", "utf8mb4_bin"}) {
    admin_.execute("DROP DATABASE test; CREATE DATABASE test CHARACTER SET utf8mb4 COLLATE " + collation +
                   "; USE test; CREATE TABLE User (id VARCHAR(30) NOT NULL PRIMARY KEY, email VARCHAR(191) "
                   "NOT NULL)");
    Database other(options());
    EXPECT_NO_THROW(Migrator(other, other.engine().migrations()).deploy());
    admin_.execute(
        "INSERT INTO User VALUES ('cm1', '监控@example.org'); INSERT INTO UserMonitorSchedule (id, userId) "
        "VALUES ('s', 'cm1')");
    Schedules schedules(other);
    Monitors monitors(other);
    const auto monitor = monitors.create({.user_id = "cm1", .name = "one", .kind = "http"}, 10).value();
    const auto claims = claim(schedules);
    ASSERT_THAT(claims, SizeIs(1)) << collation;
    EXPECT_EQ(claims[0].user_email, "监控@example.org");
    const auto rounds = start(schedules, claims);
    ASSERT_THAT(rounds, SizeIs(1)) << collation;
    ASSERT_THAT(rounds[0].monitors, SizeIs(1));
    auto down = finished(rounds).front();
    const domain::Finding finding{.verdict = domain::Verdict::down, .cause = domain::Cause::timeout};
    down.results = {{monitor.id, rounds[0].started_at, finding}};
    down.updates = {{monitor.id, monitor.updated_at,
                     domain::apply_finding(monitor, finding.verdict, rounds[0].started_at), finding.cause,
                     ""}};
    for (int time = 0; time < 2; ++time) EXPECT_TRUE(schedules.finish({down}).front().recorded);
    EXPECT_EQ(count("MonitorRound r JOIN MonitorCheck c ON c.userId = r.userId AND c.slot = r.slot"), "1");
    EXPECT_EQ(count("MonitorIncident"), "1");
    EXPECT_TRUE(std::holds_alternative<domain::StartedRound>(
        schedules.claim_and_start({"cm1", "worker-1", 60s, false})));
  }
}

TEST_F(MysqlTest, columns_that_an_application_added_need_no_default) {
  add_due_users(2);
  admin_.execute(
      "ALTER TABLE UserMonitorSchedule ADD COLUMN tenant INT NOT NULL, ADD COLUMN note VARCHAR(9) NOT NULL");
  admin_.execute("UPDATE UserMonitorSchedule SET tenant = 7, note = 'ours'");
  const auto started = start(claim());
  ASSERT_EQ(started.size(), 2u);
  for (const auto& result : schedules_.finish(finished(started))) EXPECT_TRUE(result.recorded);
  EXPECT_EQ(
      admin_.value(
          "SELECT COUNT(*) FROM UserMonitorSchedule WHERE tenant = 7 AND note = 'ours' AND lastStatus IS "
          "NOT NULL AND lockedUntil IS NULL"),
      "2");
}

TEST_F(MysqlTest, users_that_cannot_be_referred_to_are_refused) {
  admin_.execute(
      "DROP DATABASE test; CREATE DATABASE test; USE test; CREATE TABLE User (id INT PRIMARY KEY, email "
      "TEXT)");
  Database other(options());
  EXPECT_THAT([&] { Migrator(other, other.engine().migrations()).deploy(); },
              ::testing::ThrowsMessage<MigrationNeeded>(HasSubstr("the column id of the table User is int")));
}

TEST_F(MysqlTest, a_change_that_is_only_half_there_is_a_failed_migration) {
  admin_.execute(
      "DROP DATABASE test; CREATE DATABASE test CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci; USE test;"
      "CREATE TABLE User (id VARCHAR(191) NOT NULL PRIMARY KEY, email VARCHAR(191) NOT NULL);"
      "CREATE TABLE UserMonitorSchedule (id VARCHAR(191) PRIMARY KEY, userId VARCHAR(191) UNIQUE, enabled "
      "BOOLEAN, "
      "nextRunAt DATETIME(3), lockedUntil DATETIME(3), createdAt DATETIME(3), fence INT)");
  Database other(options());
  Migrator migrator(other, other.engine().migrations());
  EXPECT_THROW(migrator.deploy(), MigrationNeeded);
  EXPECT_THROW(migrator.check(), MigrationNeeded);
}

TEST_F(MysqlTest, two_who_are_in_each_others_way_both_get_through) {
  add_due_users(2);
  Database other(options());
  const auto lock = [](Database& database, const char* user) {
    return database
        .query<std::string, std::string>(
            "SELECT userId FROM UserMonitorSchedule WHERE userId = :user FOR UPDATE")
        .first(user);
  };
  std::atomic<int> first_locks = 0;
  const auto both = [&](Database& database, const char* first, const char* second) {
    database.write([&] {
      lock(database, first);
      ++first_locks;
      while (first_locks < 2) std::this_thread::yield();
      lock(database, second);
    });
  };
  std::thread opponent([&] { both(other, "u2", "u1"); });
  both(database_, "u1", "u2");
  opponent.join();
  EXPECT_GT(first_locks, 2) << "one of them had to begin again";
}

TEST_F(MysqlTest, who_waits_too_long_for_a_lock_is_told_so) {
  add_due_users(1);
  Database impatient({.url = url(), .busy_timeout = 1s});
  admin_.execute("START TRANSACTION; SELECT * FROM UserMonitorSchedule FOR UPDATE");
  try {
    Schedules(impatient).run_now("u1");
    ADD_FAILURE() << "the row was locked";
  } catch (const Unavailable& e) {
    EXPECT_EQ(e.reason, Unavailable::Reason::busy);
    EXPECT_FALSE(e.outcome_unknown);
  }
  admin_.execute("ROLLBACK");
  EXPECT_TRUE(Schedules(impatient).run_now("u1"));
}

TEST_F(MysqlTest, values_come_back_as_they_went_in) {
  admin_.execute("CREATE TABLE t (text LONGTEXT, time DATETIME(3), number BIGINT) CHARACTER SET utf8mb4");
  struct Row {
    std::string text;
    std::optional<base::Timestamp> time;
    std::int64_t number = 0;
    auto columns() { return std::tie(text, time, number); }
  };
  std::string every_byte;
  for (int byte = 0; byte < 128; ++byte) every_byte += static_cast<char>(byte);
  const Row rows[] = {
      {"it's \"quoted\" \\ `", base::from_epoch_ms(1'800'000'000'123), -7},
      {"监控 🚀", std::nullopt, std::numeric_limits<std::int64_t>::max()},
      {every_byte, base::from_epoch_ms(-62'000'000'000'000 + 1), std::numeric_limits<std::int64_t>::min()},
      {":name '; DROP TABLE t; -- ", base::from_epoch_ms(253'402'300'799'999), 0}};
  auto& insert = database_.command<std::string, std::optional<base::Timestamp>, std::int64_t>(
      "INSERT INTO t VALUES (:text, :time, :number)");
  for (const auto& row : rows) {
    insert(row.text, row.time, row.number);
    const auto back = database_.query<Row>("SELECT * FROM t").value();
    EXPECT_EQ(back.text, row.text);
    EXPECT_EQ(back.number, row.number);
    if (row.time != base::from_epoch_ms(-62'000'000'000'000 + 1)) {
      EXPECT_EQ(back.time, row.time);
    }
    admin_.execute("DELETE FROM t");
  }
  insert("", base::Timestamp::max(), 0);
  EXPECT_EQ(admin_.value("SELECT time FROM t"), "9999-12-31 23:59:59.999")
      << "what a column cannot hold ends at its end";
}

TEST_F(MysqlTest, the_servers_own_settings_do_not_matter) {
  add_due_users(1);
  admin_.execute(
      "SET GLOBAL time_zone = '+08:00'; SET GLOBAL sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,ORACLE'; SET "
      "GLOBAL "
      "tx_isolation = 'SERIALIZABLE'; SET GLOBAL collation_server = 'latin1_swedish_ci'; SET GLOBAL "
      "autocommit = 0");
  Database other(options());
  admin_.execute(
      "SET GLOBAL time_zone = 'SYSTEM'; SET GLOBAL sql_mode = DEFAULT; SET GLOBAL tx_isolation = DEFAULT; "
      "SET GLOBAL "
      "collation_server = DEFAULT; SET GLOBAL autocommit = 1");
  const auto claims = Schedules(other).claim_due({10, "dispatcher-it's", 900s});
  ASSERT_THAT(claims, SizeIs(1));
  EXPECT_NEAR(static_cast<double>(base::to_epoch_ms(claims[0].slot)),
              static_cast<double>(base::to_epoch_ms(base::SystemClock().now())), 60'000);
  EXPECT_EQ(admin_.value("SELECT lockedBy FROM test.UserMonitorSchedule"), "dispatcher-it's");
}

TEST_F(MysqlTest, a_table_that_was_edited_by_hand_does_no_harm) {
  add_due_users(3);
  admin_.execute(
      "ALTER TABLE UserMonitorSchedule DROP CONSTRAINT UserMonitorSchedule_intervalMinutes_check, MODIFY "
      "nextRunAt "
      "DATETIME(3) NULL;"
      "UPDATE UserMonitorSchedule SET intervalMinutes = -5 WHERE userId = 'u1';"
      "UPDATE UserMonitorSchedule SET nextRunAt = NULL, intervalMinutes = 0 WHERE userId = 'u2';"
      "UPDATE UserMonitorSchedule SET lockedUntil = '9999-12-31 23:59:59.999', lockedBy = 'worker-x' WHERE "
      "userId = 'u3'");
  auto claims = claim();
  ASSERT_THAT(claims, SizeIs(2));
  for (const auto& result : schedules_.finish(finished(start(claims)))) {
    EXPECT_TRUE(result.recorded);
    EXPECT_GT(result.next_run_at, base::SystemClock().now()) << "not due again at once";
  }
  EXPECT_THAT(claim(), IsEmpty());
  EXPECT_EQ(admin_.value("SELECT lockedUntil < UTC_TIMESTAMP() + INTERVAL 1 DAY FROM UserMonitorSchedule "
                         "WHERE userId = 'u3'"),
            "1");
}

TEST_F(MysqlTest, what_the_server_refuses_is_told_as_such) {
  const auto failure = [](std::string url) {
    try {
      Database database({.url = std::move(url)});
    } catch (const AccessRefused& e) {
      return std::string("refused: ") + e.what();
    } catch (const Unavailable& e) {
      return std::string("unavailable: ") + e.what();
    }
    return std::string("opened");
  };
  const auto at = "@127.0.0.1:" + std::to_string(server_.port());
  EXPECT_THAT(failure("mysql://test:wrong" + at + "/test"),
              HasSubstr("refused: Access denied for user 'test'"));
  EXPECT_THAT(failure(server_.url("absent")), HasSubstr("refused: Unknown database 'absent'"));
  EXPECT_THAT(failure("mysql://test:x@127.0.0.1:1/test"),
              HasSubstr("unavailable: the database cannot be reached"));
  admin_.execute("CREATE OR REPLACE USER poor@'%' IDENTIFIED BY 'poor'; GRANT SELECT ON test.* TO poor@'%'");
  Database poor({.url = "mysql://poor:poor" + at + "/test"});
  try {
    poor.write([&] { poor.command<>("DELETE FROM UserSession")(); });
    ADD_FAILURE() << "the user may not";
  } catch (const Unavailable& e) {
    EXPECT_EQ(e.reason, Unavailable::Reason::read_only);
  }
}

}  // namespace
}  // namespace watchbill::store
