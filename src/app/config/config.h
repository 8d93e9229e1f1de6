// What can be configured, with defaults beside the fields. The keys that set it: config/keys.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/time.h"
#include "store/store.h"

namespace watchbill::app {

struct Config {
  // Where things are.
  std::string database_url;              // empty: "sqlite:" + data_dir + "/watchbill.db"; see settle_paths()
  std::filesystem::path data_dir;        // empty: the folder of the database file, or "data"
  base::Millis database_wait{0};         // how long a start waits for the database
  std::string redis_url;                 // empty: the in-process queue
  std::string cron_secret;               // one, or two with a comma; empty: the cron endpoint refuses
  std::filesystem::path cron_lock_path;  // of `trigger`; empty: one per user of the machine and address

  // Who may reach it, and where.
  std::string host = "127.0.0.1";
  std::uint16_t port = 10111;
  std::string public_url;  // empty: http://host:port
  std::string base_path;   // "" or "/wb"
  std::vector<std::string> trusted_proxies;

  // Dispatch.
  std::size_t dispatch_batch_size = 20;
  std::optional<std::int64_t> dispatch_max_queue;  // absent: as measured
  base::Millis dispatch_lock_ttl{900'000};
  std::optional<base::Millis> dispatch_tick{1000};  // absent: cron ticks
  bool dispatch_fallback = true;
  int default_interval_minutes = domain::kDefaultIntervalMinutes;

  // Work.
  std::size_t worker_concurrency = 2;
  base::Millis worker_lock_ttl{30'000};
  base::Millis run_lease{60'000};
  std::vector<std::string> probe_allow;  // addresses and networks that monitors may reach though private
  std::vector<std::string> probe_dns;    // name servers, "192.0.2.53:53"; empty: those of the system

  // How long is kept what grows.
  int keep_checks_days = 30;
  int keep_rounds_days = 90;
  int keep_logs_days = 90;

  // Log.
  std::optional<base::log::Format> log_format;  // absent: text on a terminal, else JSON
  base::log::Level log_level = base::log::Level::info;
};

// Fills in database_url and data_dir from each other.
void settle_paths(Config& config);

// The file behind a "sqlite:PATH" address; empty for any other.
std::filesystem::path sqlite_file(const std::string& database_url);

store::StoreOptions store_options(const Config& config, const base::Clock& clock);

// Where the server can really be reached from this machine: loopback when it listens everywhere. With the
// base path, without a slash at the end.
std::string local_url(const Config& config);

// What people are told: PUBLIC_URL if there is one, else local_url().
std::string shown_url(const Config& config);

}  // namespace watchbill::app
