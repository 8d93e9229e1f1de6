// A file system that is soon full.
#pragma once

#include <sys/mount.h>
#include <unistd.h>

#include <fcntl.h>
#include <sched.h>

#include <string>
#include <vector>

#include "tests/support/temp_folder.h"

namespace watchbill::support {

// Seen by this process and its children only; gone with them.
class SmallDisk {
 public:
  explicit SmallDisk(int megabytes) {
    const auto size = "size=" + std::to_string(megabytes) + "m";
    is_there_ = unshare(CLONE_NEWNS) == 0 &&
                mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                mount("watchbill", path().c_str(), "tmpfs", 0, size.c_str()) == 0;
  }
  ~SmallDisk() {
    if (is_there_) umount2(path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  // Not everybody may mount: then there is no disk to be had, and a test of it is to be skipped.
  bool is_there() const { return is_there_; }
  const std::filesystem::path& path() const { return folder_.path(); }

  void fill() {
    const std::vector<char> bytes(64 << 10);
    const int file = open(ballast().c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    while (write(file, bytes.data(), bytes.size()) > 0) {
    }
    close(file);
  }
  void make_room() { std::filesystem::remove(ballast()); }

 private:
  std::string ballast() const { return (path() / "ballast").string(); }

  const TempFolder folder_;
  bool is_there_ = false;
};

}  // namespace watchbill::support
