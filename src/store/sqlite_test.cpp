// The file: whose it is, and what happens when it cannot be used.
#include "store/sqlite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "store/database.h"
#include "store/migrator.h"
#include "store/sqlite_file.h"
#include "tests/support/temp_store.h"

namespace watchbill::store {
namespace {

namespace fs = std::filesystem;
using Reason = Unavailable::Reason;
using testing::HasSubstr;

class SqliteFileTest : public testing::Test {
 protected:
  std::string url() const { return "sqlite:" + file_.string(); }
  std::unique_ptr<Store> open() { return std::make_unique<Store>(StoreOptions{.url = url()}); }
  void write_file(const std::string& bytes) { std::ofstream(file_, std::ios::binary) << bytes; }
  std::string read_file() const {
    std::ifstream in(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void run_sql(const std::string& sql) {
    soci::session session(soci::sqlite3, sqlite::connect_string(file_.string(), false));
    session << sql;
  }

  support::TempFolder folder_;
  fs::path file_ = folder_.path() / "watchbill.db";
};

TEST_F(SqliteFileTest, a_new_database_is_made_for_its_owner_alone) {
  open();
  struct stat status {};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_GT(status.st_size, 0);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), {}), 1) << "and nothing else lies about";
}

TEST_F(SqliteFileTest, processes_that_make_it_at_once_share_one) {
  std::vector<std::thread> processes;
  for (int i = 0; i < 6; ++i)
    processes.emplace_back([&] {
      const auto store = open();
      store->migrate();
      store->check_schema();
    });
  for (auto& process : processes) process.join();
  EXPECT_NO_THROW(open()->check_schema());
}

TEST_F(SqliteFileTest, odd_names_are_taken_as_they_are) {
  for (const auto* name :
       {"with space.db", "a=b.db", "file:x.db", "per%20cent.db", "semi;colon.db", "\xE4\xB8\xAD.db"}) {
    file_ = folder_.path() / name;
    open()->migrate();
    EXPECT_TRUE(fs::exists(file_)) << name;
    EXPECT_NO_THROW(open()->check_schema()) << name;
  }
}

TEST_F(SqliteFileTest, a_url_of_another_kind_is_refused) {
  for (const auto* url : {"", "sqlite:", "mysql://u@h/d", "/tmp/x.db", "postgres://x", "sqlite:a\"b.db"})
    EXPECT_THROW(Store({.url = url}), Error) << url;
}

TEST_F(SqliteFileTest, a_folder_that_is_not_there_is_said_so) {
  file_ = folder_.path() / "nowhere" / "watchbill.db";
  try {
    open();
    ADD_FAILURE();
  } catch (const Unavailable& e) {
    EXPECT_THAT(e.what(), HasSubstr("nowhere"));
  }
}

TEST_F(SqliteFileTest, what_is_no_database_is_refused_and_left_untouched) {
  for (const auto& bytes : {std::string("x"), std::string("a letter to my aunt\n"), std::string(100'000, 'x'),
                            std::string(4096, '\0'), std::string("SQLite format 3\0", 16)}) {
    write_file(bytes);
    EXPECT_THROW(open(), NotADatabase) << bytes.size();
    EXPECT_EQ(read_file(), bytes);
  }
}

TEST_F(SqliteFileTest, a_folder_in_its_place_is_refused) {
  fs::create_directory(file_);
  EXPECT_THROW(open(), Error);
}

// It held something once: starting anew would hide the loss.
TEST_F(SqliteFileTest, a_file_of_zero_length_is_refused) {
  write_file("");
  EXPECT_THROW(open(), NotADatabase);
  EXPECT_EQ(fs::file_size(file_), 0u);
}

TEST_F(SqliteFileTest, a_database_cut_short_is_refused) {
  open()->migrate();
  const auto size = fs::file_size(file_);
  for (const auto left : {size / 2, std::uintmax_t(4096), std::uintmax_t(100)}) {
    fs::resize_file(file_, left);
    const auto bytes = read_file();
    EXPECT_THROW(open(), NotADatabase) << left;
    EXPECT_EQ(read_file(), bytes);
  }
}

TEST_F(SqliteFileTest, another_programs_database_is_refused_and_left_untouched) {
  run_sql("CREATE TABLE Recipes (name TEXT)");
  const auto bytes = read_file();
  EXPECT_THROW(open(), NotADatabase);
  EXPECT_EQ(read_file(), bytes);
}

TEST_F(SqliteFileTest, another_programs_mark_is_respected_even_without_tables) {
  run_sql("PRAGMA application_id = 12345");
  EXPECT_THROW(open(), NotADatabase);
}

TEST_F(SqliteFileTest, a_database_without_tables_or_mark_may_become_ours) {
  run_sql("VACUUM");
  ASSERT_GT(fs::file_size(file_), 0u);
  EXPECT_NO_THROW(open()->migrate());
  EXPECT_NO_THROW(open()->check_schema());
}

TEST_F(SqliteFileTest, our_own_without_its_mark_is_recognised) {
  open()->migrate();
  run_sql("PRAGMA application_id = 0");  // as a dump that was loaded again
  EXPECT_NO_THROW(open()->check_schema());
}

// --- trouble at run time: said as such, nothing half done, and over when its cause is ---

class SqliteTroubleTest : public SqliteFileTest {
 protected:
  SqliteTroubleTest() {
    Migrator(*database_, database_->engine().migrations()).deploy();
    clock_.advance(std::chrono::hours(24));
  }

  domain::UserId add_due_user(int number) {
    Users users(*database_);
    const auto id = std::get<domain::User>(users.create({.email = std::to_string(number)})).id;
    Schedules(*database_).run_now(id);
    return id;
  }
  void pragma(const std::string& text) { database_->engine().run_script("PRAGMA " + text); }
  std::int64_t pages() { return database_->query<std::int64_t>("PRAGMA page_count").value(); }
  void overwrite(std::uintmax_t from) {
    const auto size = fs::file_size(file_);
    std::fstream out(file_, std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(static_cast<std::streamoff>(from));
    out << std::string(size - from, '\x55');
  }
  template <class Work>
  static std::optional<Reason> failure_of(Work work) {
    try {
      work();
    } catch (const Unavailable& e) {
      return e.reason;
    }
    return std::nullopt;
  }
  store::FinishedRound running_round() {
    Schedules schedules(*database_);
    const auto claim = schedules.claim_due({1, "dispatcher-1", base::Millis(1000)}).at(0);
    const auto started =
        schedules.start({"worker-1", base::Millis(1000), {{claim.user_id, claim.fence}}}).at(0);
    FinishedRound finished;
    finished.round = {.user_id = claim.user_id,
                      .slot = claim.slot,
                      .fence = claim.fence,
                      .started_at = started->started_at,
                      .finished_at = clock_.now(),
                      .outcome = domain::Outcome::failed,
                      .error = std::string(20'000, 'x')};  // several pages
    return finished;
  }

  base::ManualClock clock_{base::Timestamp(std::chrono::milliseconds(1'800'000'000'000))};
  std::unique_ptr<Database> database_ = std::make_unique<Database>(
      StoreOptions{.url = url(), .clock = &clock_, .busy_timeout = base::Millis(50)});
};

TEST_F(SqliteTroubleTest, a_full_disk_loses_nothing_and_ends_with_room) {
  const auto user = add_due_user(1);
  const auto round = running_round();
  pragma("max_page_count = " + std::to_string(pages()));
  EXPECT_EQ(failure_of([&] { Schedules(*database_).finish({round}); }), Reason::disk_full);
  EXPECT_TRUE(Schedules(*database_).find(user)->running(clock_.now()))
      << "reading goes on, nothing is half done";
  EXPECT_EQ(failure_of([&] { Schedules(*database_).finish({round}); }), Reason::disk_full);
  pragma("max_page_count = 1000000");
  EXPECT_TRUE(Schedules(*database_).finish({round}).at(0).recorded);
  EXPECT_EQ(Monitors(*database_).rounds({.user_id = user}).size(), 1u);
}

// Wherever the disk becomes full, what was acknowledged is there and what was refused is not.
TEST_F(SqliteTroubleTest, a_disk_that_becomes_full_anywhere_keeps_what_was_acknowledged) {
  std::vector<domain::UserId> acknowledged;
  int number = 0;
  for (int room = 0; room < 12; ++room) {
    pragma("max_page_count = " + std::to_string(pages() + room));
    for (int i = 0; i < 50; ++i) {
      const auto failure = failure_of([&] { acknowledged.push_back(add_due_user(++number)); });
      EXPECT_TRUE(!failure || failure == Reason::disk_full);
    }
  }
  EXPECT_LT(acknowledged.size(), static_cast<std::size_t>(number)) << "some were refused";
  pragma("max_page_count = 1000000");
  Users users(*database_);
  for (const auto& id : acknowledged) EXPECT_TRUE(users.find(id));
  EXPECT_EQ(database_->query<std::string>("PRAGMA integrity_check").value(), "ok");
  // A user whose creation was refused has no schedule either.
  EXPECT_EQ(database_->query<std::int64_t>("SELECT count(*) FROM User").value(),
            database_->query<std::int64_t>("SELECT count(*) FROM UserMonitorSchedule").value());
}

TEST_F(SqliteTroubleTest, a_database_that_may_only_be_read_is_read) {
  const auto user = add_due_user(1);
  Store reader({.url = url(), .clock = &clock_, .read_only = true});
  EXPECT_NO_THROW(reader.ping());
  EXPECT_NO_THROW(reader.check_schema());
  EXPECT_TRUE(reader.schedules().find(user));
  EXPECT_EQ(failure_of([&] {
              reader.schedules().claim_due({1, "dispatcher-1", base::Millis(1000)});
            }),
            Reason::read_only);
  EXPECT_EQ(failure_of([&] { reader.check_writable(); }), Reason::read_only);
  EXPECT_EQ(failure_of([&] { reader.users().create({.email = "x"}); }), Reason::read_only);
  EXPECT_TRUE(reader.schedules().find(user)) << "and goes on being read";
}

TEST_F(SqliteTroubleTest, reading_only_creates_nothing) {
  EXPECT_THROW(Store({.url = "sqlite:" + (folder_.path() / "absent.db").string(), .read_only = true}),
               Unavailable);
  EXPECT_FALSE(fs::exists(folder_.path() / "absent.db"));
}

TEST_F(SqliteTroubleTest, a_file_that_was_taken_away_is_noticed_at_the_next_write) {
  add_due_user(1);
  fs::rename(file_, folder_.path() / "elsewhere.db");
  EXPECT_EQ(failure_of([&] { add_due_user(2); }), Reason::io);
}

TEST_F(SqliteTroubleTest, damage_inside_is_said_when_it_is_met) {
  for (int i = 0; i < 300; ++i) add_due_user(i);
  database_.reset();
  overwrite(fs::file_size(file_) / 4 * 3);
  const auto store = open();
  std::optional<std::string> cursor;
  EXPECT_EQ(failure_of([&] { store->users().list({.limit = 1000}, cursor); }), Reason::io);
  overwrite(4096);  // everything but the header
  EXPECT_THROW(open(), NotADatabase);
}

TEST_F(SqliteTroubleTest, writers_wait_for_each_other_up_to_the_limit) {
  Database other({.url = url(), .clock = &clock_, .busy_timeout = base::Millis(20)});
  database_->write([&] { EXPECT_EQ(failure_of([&] { other.write([] {}); }), Reason::busy); });
  std::thread holder;
  {
    Database third({.url = url(), .clock = &clock_});
    database_->write([&] { holder = std::thread([&] { third.write([] {}); }); });
    holder.join();
  }
}

}  // namespace
}  // namespace watchbill::store
