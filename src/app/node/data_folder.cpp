#include "app/node/data_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "app/cli/failure.h"

namespace watchbill::app {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& folder, const std::string& why, const Speaker& say) {
  throw Failure(ExitCode::dependency_down, say("the folder {0} cannot be used: {1}", folder.string(), why),
                say("make it writable for this user, or name another one with --data-dir or DATA_DIR"));
}

// Folders that exist already keep their permissions: they are somebody's decision.
void create_folder(const fs::path& folder, const Speaker& say) {
  std::error_code error;
  if (!fs::exists(folder, error)) {
    fs::create_directories(folder, error);
    if (error) refuse(folder, error.message(), say);
    chmod(folder.c_str(), 0700);
  }
  if (!fs::is_directory(folder, error)) refuse(folder, std::strerror(ENOTDIR), say);
  if (access(folder.c_str(), W_OK | X_OK) != 0) refuse(folder, std::strerror(errno), say);
}

}  // namespace

void create_folders(const Config& config, const Speaker& say) {
  create_folder(config.data_dir, say);
  const auto file = sqlite_file(config.database_url);
  if (file.has_parent_path()) create_folder(file.parent_path(), say);
}

void require_database_file(const Config& config, const Speaker& say) {
  const auto file = sqlite_file(config.database_url);
  std::error_code ignored;
  if (file.empty() || fs::exists(file, ignored)) return;
  throw Failure(ExitCode::migration_needed, say("there is no database at {} yet", file.string()),
                say("`watchbill up` or `watchbill migrate deploy` creates it"));
}

}  // namespace watchbill::app
