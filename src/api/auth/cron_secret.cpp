#include "api/auth/cron_secret.h"

#include <sodium.h>

#include "base/id.h"

namespace watchbill::api {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

CronSecrets::CronSecrets(std::string_view configured) {
  while (!configured.empty()) {
    const auto comma = configured.find(',');
    const auto secret = trimmed(configured.substr(0, comma));
    if (!secret.empty()) digests_.push_back(base::sha256_hex(secret));
    configured.remove_prefix(comma == std::string_view::npos ? configured.size() : comma + 1);
  }
}

bool CronSecrets::matches(std::string_view presented) const {
  const std::string digest = base::sha256_hex(presented);
  bool matched = false;
  // Every secret is compared, so that the time does not tell which one matched.
  for (const auto& expected : digests_)
    matched |= sodium_memcmp(digest.data(), expected.data(), expected.size()) == 0;
  return matched;
}

}  // namespace watchbill::api
