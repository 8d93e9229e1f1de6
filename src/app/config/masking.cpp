#include "app/config/masking.h"

namespace watchbill::app {

namespace {

constexpr std::string_view kHidden = "***";

// "?prefix=wb&password=***"
std::string mask_query(std::string_view query) {
  std::string result;
  while (!query.empty()) {
    const auto part = query.substr(0, query.find('&', 1));
    const auto equals = part.find('=');
    const bool secret = equals != part.npos && (part.substr(0, equals).find("pass") != part.npos ||
                                                part.substr(0, equals).find("auth") != part.npos);
    result += secret ? std::string(part.substr(0, equals + 1)).append(kHidden) : std::string(part);
    query.remove_prefix(part.size());
  }
  return result;
}

}  // namespace

std::string mask_secret(std::string_view) { return std::string(kHidden); }

std::string mask_address(std::string_view address) {
  if (address.starts_with("sqlite:")) return std::string(address);
  const auto scheme_end = address.find("://");
  if (scheme_end == address.npos) return std::string(kHidden);
  const auto begin = scheme_end + 3;
  const auto query = std::min(address.find('?', begin), address.size());
  // The last '@' ends the user part: a password that holds one unescaped must not show its second half.
  const auto at = address.rfind('@');
  if (at == address.npos || at < begin) {
    return std::string(address.substr(0, query)) + mask_query(address.substr(query));
  }
  std::string result(address.substr(0, begin));
  const auto user = address.substr(begin, at - begin);
  result += user.substr(0, user.find(':'));
  if (user.find(':') != user.npos) result.append(":").append(kHidden);
  const auto tail = address.substr(at);
  const auto tail_query = std::min(tail.find('?'), tail.size());
  return result + std::string(tail.substr(0, tail_query)) + mask_query(tail.substr(tail_query));
}

}  // namespace watchbill::app
