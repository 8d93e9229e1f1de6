// The one-time link by which the first administrator is made.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/time.h"

namespace watchbill::app {

// Kept in the file "setup-link" of the data folder, for this user alone, so that a restart and `watchbill
// setup-link` show a link that works. Blocking, but small.
class SetupLink {
 public:
  static constexpr base::Millis kValid{std::chrono::minutes(30)};

  // `page_url`: where people reach the page, without a slash at its end.
  SetupLink(const std::filesystem::path& data_folder, std::string page_url, const base::Clock& clock);

  struct Link {
    std::string token;
    std::string
        address;  // to be opened: the token is in the fragment, which browsers do not send and nobody logs
    base::Timestamp valid_until;
  };

  // The link in the file while it is good for some minutes, under this page's address, else a new one in its
  // place. Throws std::system_error when the file cannot be written.
  Link issue();
  // The link that is valid now, with the address that the server gave it; else a new one.
  Link current();

  // Whether this is the token of the file's link, and the link still valid. Takes the same time for every
  // wrong token of one length.
  bool accepts(const std::string& token) const;

  // The link was used, or is not needed.
  void remove();

  const std::filesystem::path& file() const { return file_; }

 private:
  std::optional<Link> read() const;
  bool is_worth_showing(const Link& link) const;
  Link link(std::string token, base::Timestamp valid_until) const;

  const std::filesystem::path file_;
  const std::string page_url_;
  const base::Clock& clock_;
};

}  // namespace watchbill::app
