#include "app/config/keys.h"

#include <boost/url.hpp>

#include <fmt/ranges.h>

#include "app/config/masking.h"
#include "app/config/values.h"
#include "domain/schedule.h"

namespace watchbill::app {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLongestSecret = 1024;

std::string as_it_stands(std::string_view text) { return std::string(text); }

// What is no address, and has nothing secret in it, is shown as the slip that it is.
std::string mask_public_url(std::string_view text) {
  return text.find_first_of("@?") == text.npos ? std::string(text) : mask_address(text);
}

bool is_mysql(std::string_view text) {
  const auto url = boost::urls::parse_uri({text.data(), text.size()});
  if (!url || (url->scheme() != "mysql" && url->scheme() != "mariadb")) return false;
  return !url->host().empty() && url->path().size() > 1;
}

bool read_database(std::string_view text, Config& config) {
  const std::string address(text);
  const auto file = sqlite_file(address);
  if (!is_mysql(text) && (!file.has_filename() || file == ":memory:")) return false;
  config.database_url = address;
  return true;
}

bool read_redis(std::string_view text, Config& config) {
  constexpr std::string_view kSchemes[] = {"redis",           "rediss",        "redis-sentinel",
                                           "rediss-sentinel", "redis-cluster", "rediss-cluster"};
  const auto begin = text.find("://");
  const auto scheme = text.substr(0, begin);
  if (begin == text.npos || text.size() == begin + 3 || !is_visible_ascii(text)) return false;
  if (std::find(std::begin(kSchemes), std::end(kSchemes), scheme) == std::end(kSchemes)) return false;
  config.redis_url = text;
  return true;
}

bool read_cron_secret(std::string_view text, Config& config) {
  const auto secrets = split_list(text);
  if (secrets.empty() || secrets.size() > 2) return false;
  for (const auto& secret : secrets) {
    if (!is_visible_ascii(secret) || secret.size() > kLongestSecret) return false;
  }
  config.cron_secret = fmt::format("{}", fmt::join(secrets, ","));
  return true;
}

bool read_host(std::string_view text, Config& config) {
  if (text == "localhost") text = "127.0.0.1";
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  if (!is_address(text)) return false;
  config.host = text;
  return true;
}

template <auto field, std::int64_t min, std::int64_t max>
bool read_integer(std::string_view text, Config& config) {
  const auto value = parse_integer(text, min, max);
  if (value) config.*field = static_cast<std::remove_reference_t<decltype(config.*field)>>(*value);
  return value.has_value();
}

template <auto field, std::int64_t min_ms, std::int64_t max_ms>
bool read_duration(std::string_view text, Config& config) {
  const auto value = parse_duration(text, base::Millis(min_ms), base::Millis(max_ms));
  if (value) config.*field = *value;
  return value.has_value();
}

bool read_public_url(std::string_view text, Config& config) {
  const auto url = parse_public_url(text);
  if (url) config.public_url = *url;
  return url.has_value();
}

bool read_base_path(std::string_view text, Config& config) {
  const auto path = parse_base_path(text);
  if (path) config.base_path = *path;
  return path.has_value();
}

template <auto field, auto allowed>
bool read_list(std::string_view text, Config& config) {
  auto entries = split_list(text);
  if (entries.empty() || !std::all_of(entries.begin(), entries.end(), allowed)) return false;
  config.*field = std::move(entries);
  return true;
}

bool read_max_queue(std::string_view text, Config& config) {
  if (text == "auto") {
    config.dispatch_max_queue.reset();
    return true;
  }
  return read_integer<&Config::dispatch_max_queue, 1, 10'000'000>(text, config);
}

bool read_tick(std::string_view text, Config& config) {
  if (text == "off") {
    config.dispatch_tick.reset();
    return true;
  }
  return read_duration<&Config::dispatch_tick, 10, 60'000>(text, config);
}

bool read_fallback(std::string_view text, Config& config) {
  if (text != "sync" && text != "off") return false;
  config.dispatch_fallback = text == "sync";
  return true;
}

bool read_log_format(std::string_view text, Config& config) {
  if (text != "text" && text != "json") return false;
  config.log_format = text == "json" ? base::log::Format::json : base::log::Format::text;
  return true;
}

constexpr std::pair<std::string_view, base::log::Level> kLevels[] = {
    {"debug", base::log::Level::debug},     {"info", base::log::Level::info},
    {"warning", base::log::Level::warning}, {"warn", base::log::Level::warning},
    {"error", base::log::Level::error},     {"off", base::log::Level::off}};

bool read_log_level(std::string_view text, Config& config) {
  for (const auto& [name, level] : kLevels) {
    if (name != text) continue;
    config.log_level = level;
    return true;
  }
  return false;
}

std::string show_log_level(const Config& config) {
  for (const auto& [name, level] : kLevels) {
    if (level == config.log_level) return std::string(name);
  }
  return {};
}

template <auto field>
bool read_path(std::string_view text, Config& config) {
  if (text.find('\0') != text.npos) return false;
  config.*field = text;
  return true;
}

template <auto field>
std::string show_text(const Config& config) {
  return config.*field;
}
template <auto field>
std::string show_number(const Config& config) {
  return std::to_string(config.*field);
}
template <auto field>
std::string show_duration(const Config& config) {
  return format_duration(config.*field);
}
template <auto field>
std::string show_list(const Config& config) {
  return fmt::format("{}", fmt::join(config.*field, ","));
}
template <auto field>
std::string show_path(const Config& config) {
  return (config.*field).string();
}

const Key kKeys[] = {
    {"DATABASE_URL", "", true, "where everything is kept",
     "sqlite:PATH or mysql://user:password@host:port/database, in which the password has %2F %3F %23 %40 %25 "
     "for / ? # @ %",
     read_database, [](const Config& c) { return mask_address(c.database_url); }, mask_address},
    {"DATABASE_WAIT", "", false,
     "how long a start waits for the database before it gives up with exit code 6",
     "milliseconds, or 30s, 5m: from 0 to 1d", read_duration<&Config::database_wait, 0, 86'400'000>,
     show_duration<&Config::database_wait>, as_it_stands},
    {"DATA_DIR", "", false, "folder for the database file and what lies beside it", "the path of a folder",
     read_path<&Config::data_dir>, show_path<&Config::data_dir>, as_it_stands},
    {"REDIS_URL", "", true, "the queue; without it the queue lives in the process",
     "redis://…, rediss://…, redis-sentinel://… or redis-cluster://…, with ?prefix= if wanted", read_redis,
     [](const Config& c) { return c.redis_url.empty() ? "" : mask_address(c.redis_url); }, mask_address},
    {"CRON_SECRET", "", true, "what callers of the cron endpoint must know; without it the endpoint refuses",
     "one secret, or two with a comma between them, of visible ASCII characters", read_cron_secret,
     [](const Config& c) { return c.cron_secret.empty() ? "" : mask_secret(c.cron_secret); }, mask_secret},
    {"CRON_LOCK_PATH", "", false, "held by `trigger` while it runs, so that two do not overlap",
     "the path of a file", read_path<&Config::cron_lock_path>, show_path<&Config::cron_lock_path>,
     as_it_stands},
    {"HOST", "", false, "the address to listen on; 0.0.0.0 or :: for all",
     "an IPv4 or IPv6 address, or localhost", read_host, show_text<&Config::host>, as_it_stands},
    {"PORT", "NEXT_PORT", false, "the port to listen on", "a whole number from 1 to 65535",
     read_integer<&Config::port, 1, 65535>, show_number<&Config::port>, as_it_stands},
    {"PUBLIC_URL", "", false, "where people reach the page, e.g. behind a reverse proxy",
     "http:// or https:// with host, port and path as needed, nothing more", read_public_url,
     show_text<&Config::public_url>, mask_public_url},
    {"BASE_PATH", "", false, "path under which everything lies",
     "a path such as /wb: a slash first, none at the end", read_base_path, show_text<&Config::base_path>,
     as_it_stands},
    {"TRUSTED_PROXIES", "", false, "reverse proxies whose X-Forwarded-For is believed",
     "addresses or networks such as 10.0.0.0/8, with commas between them",
     read_list<&Config::trusted_proxies, is_address_or_network>, show_list<&Config::trusted_proxies>,
     as_it_stands},
    {"DISPATCH_BATCH_SIZE", "", false, "users claimed by one call", "a whole number from 1 to 10000",
     read_integer<&Config::dispatch_batch_size, 1, 10'000>, show_number<&Config::dispatch_batch_size>,
     as_it_stands},
    {"DISPATCH_MAX_QUEUE", "", false, "claims stop while more rounds than this wait",
     "a whole number from 1 to 10000000, or auto", read_max_queue,
     [](const Config& c) { return c.dispatch_max_queue ? std::to_string(*c.dispatch_max_queue) : "auto"; },
     as_it_stands},
    {"DISPATCH_LOCK_TTL", "", false, "how long a claimed user may wait before being claimed again",
     "milliseconds, or 30s, 15m, 2h: from 10s to 1d",
     read_duration<&Config::dispatch_lock_ttl, 10'000, 86'400'000>, show_duration<&Config::dispatch_lock_ttl>,
     as_it_stands},
    {"DISPATCH_TICK", "", false, "longest sleep of the built-in ticker; off: cron ticks",
     "milliseconds, or 500ms, 1s: from 10ms to 1m, or off", read_tick,
     [](const Config& c) { return c.dispatch_tick ? format_duration(*c.dispatch_tick) : "off"; },
     as_it_stands},
    {"DISPATCH_FALLBACK", "", false, "what happens while the queue is away", "sync or off", read_fallback,
     [](const Config& c) { return std::string(c.dispatch_fallback ? "sync" : "off"); }, as_it_stands},
    {"DEFAULT_INTERVAL_MINUTES", "", false, "interval of new users", "a whole number from 1 to 1440",
     read_integer<&Config::default_interval_minutes, domain::kMinIntervalMinutes,
                  domain::kMaxIntervalMinutes>,
     show_number<&Config::default_interval_minutes>, as_it_stands},
    {"WORKER_CONCURRENCY", "", false, "rounds at once in one worker", "a whole number from 1 to 10000",
     read_integer<&Config::worker_concurrency, 1, 10'000>, show_number<&Config::worker_concurrency>,
     as_it_stands},
    {"WORKER_LOCK_TTL", "", false, "lock of a job in the queue", "milliseconds, or 30s, 2m: from 1s to 1h",
     read_duration<&Config::worker_lock_ttl, 1000, 3'600'000>, show_duration<&Config::worker_lock_ttl>,
     as_it_stands},
    {"RUN_LEASE", "", false, "lease of a running round: a dead worker's user is due again after it",
     "milliseconds, or 30s, 2m: from 1s to 1h", read_duration<&Config::run_lease, 1000, 3'600'000>,
     show_duration<&Config::run_lease>, as_it_stands},
    {"PROBE_ALLOW", "", false, "private addresses that monitors may reach all the same",
     "addresses or networks such as 10.0.0.0/8, with commas between them",
     read_list<&Config::probe_allow, is_address_or_network>, show_list<&Config::probe_allow>, as_it_stands},
    {"PROBE_DNS", "", false, "name servers that monitors' targets are looked up at; else those of the system",
     "addresses such as 192.0.2.53 or 192.0.2.53:53, with commas between them",
     read_list<&Config::probe_dns, is_address_with_port>, show_list<&Config::probe_dns>, as_it_stands},
    {"KEEP_CHECKS_DAYS", "", false, "days that results of single checks are kept",
     "a whole number from 1 to 3650", read_integer<&Config::keep_checks_days, 1, 3650>,
     show_number<&Config::keep_checks_days>, as_it_stands},
    {"KEEP_ROUNDS_DAYS", "", false, "days that rounds are kept", "a whole number from 1 to 3650",
     read_integer<&Config::keep_rounds_days, 1, 3650>, show_number<&Config::keep_rounds_days>, as_it_stands},
    {"KEEP_LOGS_DAYS", "", false, "days that the logs of dispatches and of changes are kept",
     "a whole number from 1 to 3650", read_integer<&Config::keep_logs_days, 1, 3650>,
     show_number<&Config::keep_logs_days>, as_it_stands},
    {"LOG_FORMAT", "", false, "form of the log on standard error; without it text on a terminal, else JSON",
     "text or json", read_log_format,
     [](const Config& c) {
       return std::string(!c.log_format ? "" : *c.log_format == base::log::Format::json ? "json" : "text");
     },
     as_it_stands},
    {"LOG_LEVEL", "", false, "the least important thing that is logged", "debug, info, warning, error or off",
     read_log_level, show_log_level, as_it_stands},
};

}  // namespace

std::span<const Key> keys() { return kKeys; }

const Key* find_key(std::string_view name) {
  for (const auto& key : kKeys) {
    if (key.name == name || (!key.other_name.empty() && key.other_name == name)) return &key;
  }
  return nullptr;
}

}  // namespace watchbill::app
