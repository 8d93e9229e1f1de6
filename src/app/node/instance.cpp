#include "app/node/instance.h"

#include <unistd.h>

#include <system_error>

#include "app/cli/failure.h"
#include "base/id.h"

namespace watchbill::app {

namespace {

constexpr int kMostInstances = 1000;
constexpr std::size_t kLongestHost = 64;  // with all that is added it fits into lockedBy
constexpr std::size_t kTag = 6;

FileLock take_first_free(const std::filesystem::path& folder, int& number, const Speaker& say) {
  std::string cause;
  try {
    for (number = 1; number <= kMostInstances; ++number) {
      if (auto lock = FileLock::try_take(folder / fmt::format("instance-{}.lock", number)))
        return std::move(*lock);
    }
  } catch (const std::system_error& error) {
    cause = error.what();
  }
  throw Failure(ExitCode::dependency_down, say("the folder {0} cannot be used: {1}", folder.string(), cause),
                say("make it writable for this user, or name another one with --data-dir or DATA_DIR"));
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

Instance::Instance(const std::filesystem::path& folder, const std::string& host, Reach reach,
                   const Speaker& say)
    : lock_(take_first_free(folder, number_, say)), name_(fmt::format("{}-{}", host, number_)) {
  const auto before = first_line(lock_.read());
  if (reach == Reach::anywhere) {
    const bool has_tag = before.starts_with(name_ + "-");
    name_ = has_tag ? before : fmt::format("{}-{}", name_, base::new_id().substr(0, kTag));
  }
  if (before != name_) former_name_ = before;
  lock_.write(name_ + "\n");
}

std::string host_name() {
  char name[256] = "";
  gethostname(name, sizeof(name) - 1);
  std::string result;
  for (const char c : std::string(name)) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    if (plain && result.size() < kLongestHost) result += c;
  }
  return result.empty() ? "host" : result;
}

}  // namespace watchbill::app
