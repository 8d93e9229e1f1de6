#include "store/sqlite_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/id.h"

namespace watchbill::store::sqlite {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kScheme = "sqlite:";

[[noreturn]] void cannot_create(const std::string& path, int error) {
  const auto reason = error == ENOSPC || error == EDQUOT                    ? Unavailable::Reason::disk_full
                      : error == EROFS || error == EACCES || error == EPERM ? Unavailable::Reason::read_only
                                                                            : Unavailable::Reason::io;
  throw Unavailable(reason, fmt::format("cannot create the database {}: {}", path, std::strerror(error)));
}

// A file that is removed again whatever happens.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string path) : path_(std::move(path)) {
    // Password hashes will be in it.
    const int file = ::open(path_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0) cannot_create(path_, errno);
    ::close(file);
  }
  ~TemporaryFile() { ::unlink(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::int64_t number(soci::session& session, const std::string& query) {
  long long value = 0;
  session << query, soci::into(value);
  return value;
}

}  // namespace

std::string path_of(const std::string& url) {
  if (!url.starts_with(kScheme) || url.size() == kScheme.size())
    throw Error(fmt::format("the database URL must be sqlite:PATH, not {}", url));
  // Absolute, because SQLite takes a name that begins with "file:" for a URI.
  auto path = fs::absolute(url.substr(kScheme.size())).lexically_normal().string();
  // SOCI knows no way to write these.
  if (path.find_first_of("\"\n") != std::string::npos)
    throw Error("the path of the database must not contain quotation marks");
  return path;
}

std::string connect_string(const std::string& path, bool read_only) {
  return fmt::format("dbname=\"{}\"{}", path, read_only ? " readonly=true" : "");
}

void create_if_absent(const std::string& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (fs::exists(status)) {
    // Ours are born with a header (below), so an empty file is one that lost its content. SQLite would take
    // it for a new database, throw away the journal that might still hold the content, and start from
    // nothing. A file of one byte is an empty one to SQLite as well.
    if (fs::is_regular_file(status) && fs::file_size(path, error) <= 1 && !error)
      throw NotADatabase(fmt::format(
          "{} is empty. If it held data, restore it from a backup; if not, delete it to start anew", path));
    return;
  }
  // Complete before it has its name: another process never sees half of it, and none overwrites another's.
  TemporaryFile fresh(path + ".new-" + base::new_id());
  {
    soci::session session(soci::sqlite3, connect_string(fresh.path(), false));
    session << fmt::format("PRAGMA application_id = {}", kApplicationId);
  }
  if (::link(fresh.path().c_str(), path.c_str()) != 0 && errno != EEXIST) cannot_create(path, errno);
}

void check_ours(soci::session& session, const std::string& path) {
  if (number(session, "PRAGMA application_id") == kApplicationId) return;
  const auto tables = number(session, "SELECT count(*) FROM sqlite_master");
  if (tables == 0 && number(session, "PRAGMA application_id") == 0) return;
  // A dump that was loaded again has lost the mark, not the migrations.
  if (number(session,
             "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN "
             "('_prisma_migrations', 'UserMonitorSchedule', 'MonitorRound')") == 3)
    return;
  throw NotADatabase(fmt::format("{} is a database of another program", path));
}

}  // namespace watchbill::store::sqlite
