#include "app/node/file_lock.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <system_error>

#include "tests/support/temp_store.h"

namespace watchbill::app {
namespace {

class FileLockTest : public testing::Test {
 protected:
  std::filesystem::path path() const { return folder_.path() / "x.lock"; }
  support::TempFolder folder_;
};

TEST_F(FileLockTest, OneHoldsItAtATime) {
  auto first = FileLock::try_take(path());
  ASSERT_TRUE(first);
  EXPECT_FALSE(FileLock::try_take(path()));
  first.reset();
  EXPECT_TRUE(FileLock::try_take(path()));
}

TEST_F(FileLockTest, AProcessThatDiesLetsGo) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto lock = FileLock::try_take(path());
    if (write(ready[1], "x", 1) == 1) pause();
    _exit(0);
  }
  char byte;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  EXPECT_FALSE(FileLock::try_take(path()));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(FileLock::try_take(path()));
  close(ready[0]), close(ready[1]);
}

TEST_F(FileLockTest, KeepsTextForTheNextHolder) {
  FileLock::try_take(path())->write("a longer text");
  auto lock = FileLock::try_take(path());
  EXPECT_EQ(lock->read(), "a longer text");
  lock->write("short");
  EXPECT_EQ(lock->read(), "short");
}

TEST_F(FileLockTest, IsForItsOwnerAloneAndFollowsNoLink) {
  const auto lock = FileLock::try_take(path());
  struct stat status {};
  ASSERT_EQ(stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const auto link = folder_.path() / "link";
  std::filesystem::create_symlink("/etc/hostname", link);
  EXPECT_THROW(FileLock::try_take(link), std::system_error);
}

}  // namespace
}  // namespace watchbill::app
