#include "bullmq/cron_zone.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "bullmq/cron_text.h"

namespace watchbill::bullmq {

using base::Millis;
using base::Timestamp;
using namespace std::chrono;
using namespace cron_text;

namespace {

const date::tzdb& zone_database() {
  try {
    const auto& database = date::get_tzdb();
    if (!database.zones.empty()) return database;
  } catch (const std::runtime_error&) {  // as said below, in other words
  }
  throw std::runtime_error("this machine has no time zone database in /usr/share/zoneinfo: install tzdata");
}

// "gmt", "utc", "utc+2", "utc-03:30", as Luxon reads them.
std::optional<Millis> fixed_offset(std::string_view lowered) {
  if (lowered == "gmt" || lowered == "utc") return Millis(0);
  if (lowered.size() < 5 || !lowered.starts_with("utc") || !has("+-", lowered[3])) return std::nullopt;
  const int sign = lowered[3] == '-' ? -1 : 1;
  const auto parts = split(lowered.substr(4), ':');
  for (const auto part : parts)
    if (!std::all_of(part.begin(), part.end(), is_digit)) return std::nullopt;
  const bool hours_are_good = parts[0].size() == 1 || parts[0].size() == 2;
  if (!hours_are_good || parts.size() > 2 || (parts.size() == 2 && parts[1].size() != 2)) return std::nullopt;
  const int minute = parts.size() == 2 ? leading_number(parts[1]).value_or(0) : 0;
  return sign * (hours(leading_number(parts[0]).value_or(0)) + minutes(minute));
}

Zone named_zone(std::string_view name, std::string_view what, std::string_view allowed) {
  const auto lowered = lower(name);
  for (const auto& zone : zone_database().zones)
    if (lower(zone.name()) == lowered) return Zone(&zone);
  throw std::invalid_argument(fmt::format("{} {} is not known; allowed: {}", what, quoted(name), allowed));
}

Zone zone_of_localtime() {
  zone_database();
  try {
    return Zone(date::current_zone());
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(fmt::format("the machine's time zone cannot be told ({}): set TZ or name a zone",
                                         quoted(error.what())));
  }
}

// An offset like UTC+2 is not taken from TZ, where its sign has the other meaning.
Zone machine_zone() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing changes the environment of a running program
  const char* variable = std::getenv("TZ");
  if (!variable) return zone_of_localtime();
  std::string_view name = variable;
  if (name.starts_with(':')) name.remove_prefix(1);
  if (name == "/etc/localtime") return zone_of_localtime();
  if (name.empty()) return Zone(Millis(0));  // to the C library and Node too
  for (const std::string_view folder : {"/zoneinfo/", "posix/"})
    if (const auto at = name.find(folder); at != name.npos) name.remove_prefix(at + folder.size());
  return named_zone(name, "time zone of the environment variable TZ", "names like Europe/Berlin");
}

}  // namespace

Zone zone_of(std::string_view name) {
  const auto lowered = lower(name);
  if (name.empty() || lowered == "local" || lowered == "system" || lowered == "default")
    return machine_zone();
  if (const auto offset = fixed_offset(lowered)) return Zone(*offset);
  return named_zone(name, "time zone", "names like Europe/Berlin, UTC+2");
}

}  // namespace watchbill::bullmq
