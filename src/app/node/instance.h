// The name of a running node, the same after a crash.
#pragma once

#include <filesystem>
#include <string>

#include "app/node/file_lock.h"
#include "app/text/text.h"

namespace watchbill::app {

// Holds "instance-N.lock" in `folder`, the first that no living process holds, as long as it lives. The
// database's claims and leases carry the name; whoever takes the file after a crash knows that their holder
// is dead.
class Instance {
 public:
  // Whether all who use the database hold their files in the same folder.
  enum class Reach { folder, anywhere };

  // `host`: of this machine. Throws Failure (dependency_down) when no file can be locked.
  Instance(const std::filesystem::path& folder, const std::string& host, Reach reach, const Speaker& say);

  // "<host>-<N>"; where the database is used from anywhere, "<host>-<N>-<tag>", with a random tag that stays
  // with the file: another folder of this host, or another host of this name, has other ones.
  const std::string& name() const { return name_; }

  // The name under which the file was held last, on a machine of another name (a container made anew); else
  // empty.
  const std::string& former_name() const { return former_name_; }

 private:
  int number_ = 0;  // before lock_, which sets it
  FileLock lock_;
  std::string name_;
  std::string former_name_;
};

// The machine's name, made of letters, digits, '-' and '.'; "host" where it has none.
std::string host_name();

}  // namespace watchbill::app
