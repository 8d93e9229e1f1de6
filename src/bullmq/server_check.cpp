#include "bullmq/server_check.h"

#include <fmt/format.h>

#include <charconv>

#include "bullmq/error.h"

namespace watchbill::bullmq {

std::string info_field(std::string_view info, std::string_view name) {
  const auto key = std::string(name) + ":";
  for (std::size_t begin = 0; begin < info.size();) {
    const auto end = std::min(info.find('\n', begin), info.size());
    auto line = info.substr(begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with(key)) return std::string(line.substr(key.size()));
    begin = end + 1;
  }
  return {};
}

bool is_older(std::string_view version, int major, int minor) {
  int found_major = 0;
  int found_minor = 0;
  const auto end = version.data() + version.size();
  const auto [rest, error] = std::from_chars(version.data(), end, found_major);
  if (error != std::errc()) return false;
  if (rest != end && *rest == '.') std::from_chars(rest + 1, end, found_minor);
  return std::pair(found_major, found_minor) < std::pair(major, minor);
}

base::Task<ServerCheck> check_server(Backend& backend) {
  ServerCheck check;
  redis::Command info("INFO");
  info.route_by(backend.keys.meta);
  redis::Reply reply;
  try {
    reply = co_await backend.client.call(info);
  } catch (const redis::Error& e) {
    if (e.kind() != redis::ErrorKind::forbidden && e.kind() != redis::ErrorKind::other) throw;
  }
  const auto text = reply.value().text();
  check.version = info_field(text, "redis_version");
  if (is_older(check.version, 6, 2))
    throw UnfitServer(
        fmt::format("the server is Redis {}; BullMQ's scripts need 6.2 or later", check.version));
  const auto policy = info_field(text, "maxmemory_policy");
  if (!policy.empty() && policy != "noeviction")
    check.warnings.push_back(fmt::format(
        "maxmemory-policy is {}: under memory pressure jobs would vanish; set it to noeviction", policy));
  co_return check;
}

}  // namespace watchbill::bullmq
