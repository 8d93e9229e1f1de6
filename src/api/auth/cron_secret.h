// The secret of the cron endpoint.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace watchbill::api {

// Fixed after construction. Holds digests only.
class CronSecrets {
 public:
  // What CRON_SECRET says: one secret, or two separated by a comma while one is being replaced; blanks around
  // them do not count. Empty: none is configured.
  explicit CronSecrets(std::string_view configured);

  bool configured() const { return !digests_.empty(); }

  // Takes the same time for every `presented` of one length, right or wrong.
  bool matches(std::string_view presented) const;

 private:
  std::vector<std::string> digests_;  // hex SHA-256
};

}  // namespace watchbill::api
