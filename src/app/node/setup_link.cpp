#include "app/node/setup_link.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "app/node/file_lock.h"
#include "base/id.h"

namespace watchbill::app {

namespace {

constexpr std::string_view kTokenMark = "#token=";

// A link that ends while somebody reads it helps nobody.
constexpr base::Millis kWorthShowing{std::chrono::minutes(10)};

void write_for_owner_only(const std::filesystem::path& path, const std::string& text) {
  const auto temporary = path.string() + ".new";
  unlink(temporary.c_str());
  const int descriptor = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  const auto fail = [&] { throw std::system_error(errno, std::generic_category(), path.string()); };
  if (descriptor < 0) fail();
  const bool written = write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  close(descriptor);
  if (!written || rename(temporary.c_str(), path.c_str()) != 0) fail();
}

}  // namespace

SetupLink::SetupLink(const std::filesystem::path& data_folder, std::string page_url, const base::Clock& clock)
    : file_(data_folder / "setup-link"), page_url_(std::move(page_url)), clock_(clock) {}

SetupLink::Link SetupLink::issue() {
  // Processes that start at once on one folder show one link.
  const auto lock = FileLock::take_folder(file_.parent_path());
  const auto earlier = read();
  auto issued = earlier && is_worth_showing(*earlier) ? link(earlier->token, earlier->valid_until)
                                                      : link(base::new_secret(), clock_.now() + kValid);
  write_for_owner_only(file_, fmt::format("{}\n{}\n", issued.address, base::to_iso8601(issued.valid_until)));
  return issued;
}

SetupLink::Link SetupLink::current() {
  auto current = read();
  return current && is_worth_showing(*current) ? std::move(*current) : issue();
}

bool SetupLink::is_worth_showing(const Link& link) const {
  return link.valid_until - clock_.now() > kWorthShowing;
}

bool SetupLink::accepts(const std::string& token) const {
  const auto link = read();
  if (!link || link->valid_until <= clock_.now()) return false;
  const auto presented = base::sha256_hex(token), expected = base::sha256_hex(link->token);
  return sodium_memcmp(presented.data(), expected.data(), expected.size()) == 0;
}

void SetupLink::remove() {
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
}

std::optional<SetupLink::Link> SetupLink::read() const {
  std::ifstream file(file_);
  std::string address, until;
  std::getline(file, address);
  std::getline(file, until);
  const auto mark = std::min(address.find(kTokenMark), address.size());
  const auto token = address.substr(std::min(mark + kTokenMark.size(), address.size()));
  const auto valid_until = base::parse_iso8601(until);
  if (token.empty() || !valid_until) return std::nullopt;
  return Link{token, address, *valid_until};
}

SetupLink::Link SetupLink::link(std::string token, base::Timestamp valid_until) const {
  auto address = fmt::format("{}/setup{}{}", page_url_, kTokenMark, token);
  return {std::move(token), std::move(address), valid_until};
}

}  // namespace watchbill::app
