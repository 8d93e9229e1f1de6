#include "app/node/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace watchbill::app {

namespace {

constexpr std::size_t kLongestText = 4096;

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

FileLock::FileLock(const std::filesystem::path& path, int flags)
    : descriptor_(open(path.c_str(), flags | O_CLOEXEC, 0600)) {
  if (descriptor_ < 0) fail(path.string());
}

std::optional<FileLock> FileLock::try_take(const std::filesystem::path& path) {
  FileLock lock(path, O_RDWR | O_CREAT | O_NOFOLLOW);
  if (flock(lock.descriptor_, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK) return std::nullopt;
  fail(path.string());
}

FileLock FileLock::take_folder(const std::filesystem::path& path) {
  FileLock lock(path, O_RDONLY | O_DIRECTORY);
  while (flock(lock.descriptor_, LOCK_EX) != 0) {
    if (errno != EINTR) fail(path.string());
  }
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

std::string FileLock::read() const {
  std::string text(kLongestText, '\0');
  const auto size = pread(descriptor_, text.data(), text.size(), 0);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return text;
}

void FileLock::write(const std::string& text) {
  const bool written = ftruncate(descriptor_, 0) == 0 &&
                       pwrite(descriptor_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
  if (!written) fail("lock file");
}

}  // namespace watchbill::app
