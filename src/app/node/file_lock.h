// A lock on a file that the system releases when the process ends, however it ends.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace watchbill::app {

class FileLock {
 public:
  // nullopt: another process holds it. Creates the file (for this user alone); does not follow a symbolic
  // link. Throws std::system_error when the file cannot be opened.
  static std::optional<FileLock> try_take(const std::filesystem::path& path);
  // Of a folder that is there; waits for the other process: for what it holds during a few file operations.
  static FileLock take_folder(const std::filesystem::path& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

  // What the last holder left, 4 KiB at most.
  std::string read() const;
  // Replaces it. Throws std::system_error.
  void write(const std::string& text);

 private:
  FileLock(const std::filesystem::path& path, int flags);

  int descriptor_ = -1;
};

}  // namespace watchbill::app
