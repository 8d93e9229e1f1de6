#include "app/config/keys.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace watchbill::app {
namespace {

struct Samples {
  std::vector<std::string> good, bad;
};

// A row per key: adding a key without one fails.
const std::map<std::string_view, Samples> kSamples = {
    {"DATABASE_URL",
     {{"sqlite:data/watchbill.db", "sqlite:/var/lib/wb.db", "mysql://root:p%40ss@127.0.0.1:3306/wb"},
      {"data/watchbill.db", "sqlite:", "sqlite::memory:", "sqlite:folder/", "postgres://u:p@h/db",
       "mysql://h", "mysql://"}}},
    {"DATABASE_WAIT", {{"0", "30s", "1d"}, {"-1", "soon", "2d"}}},
    {"DATA_DIR", {{"data", "/var/lib/watchbill"}, {}}},
    {"REDIS_URL",
     {{"redis://127.0.0.1:6379", "rediss://u:p@h/1?prefix=wb", "redis-sentinel://a:1,b:2/main",
       "rediss-cluster://a:1,b:2"},
      {"127.0.0.1:6379", "http://h", "redis://", "redis://a b"}}},
    {"CRON_SECRET",
     {{"s3cret", "old,new", " old , new "}, {",", "a,b,c", "with blank", "秘密", "tab\tinside"}}},
    {"CRON_LOCK_PATH", {{"/run/wb.lock"}, {}}},
    {"HOST",
     {{"127.0.0.1", "0.0.0.0", "::", "[::1]", "localhost"}, {"example.org", "127.0.0", "127.0.0.1:80", "*"}}},
    {"PORT", {{"1", "65535"}, {"0", "65536", "http", "-1", "80.0"}}},
    {"PUBLIC_URL", {{"https://example.org/wb"}, {"example.org", "ftp://example.org"}}},
    {"BASE_PATH", {{"/", "/wb"}, {"wb", "/wb/", "/a b"}}},
    {"TRUSTED_PROXIES", {{"127.0.0.1", "10.0.0.0/8, ::1"}, {"proxy", "10.0.0.0/33", ","}}},
    {"DISPATCH_BATCH_SIZE", {{"1", "10000"}, {"0", "10001", "many"}}},
    {"DISPATCH_MAX_QUEUE", {{"auto", "500"}, {"0", "off", "-1"}}},
    {"DISPATCH_LOCK_TTL", {{"900000", "15m"}, {"0", "9s", "25h", "long"}}},
    {"DISPATCH_TICK", {{"off", "1s", "50ms", "60000"}, {"0", "2m", "on"}}},
    {"DISPATCH_FALLBACK", {{"sync", "off"}, {"on", "SYNC", "async"}}},
    {"DEFAULT_INTERVAL_MINUTES", {{"1", "1440"}, {"0", "1441", "1.5", "five"}}},
    {"WORKER_CONCURRENCY", {{"1", "10000"}, {"0", "10001"}}},
    {"WORKER_LOCK_TTL", {{"30000", "1m"}, {"999", "2h"}}},
    {"RUN_LEASE", {{"60s", "1h"}, {"999ms", "2h", "soon"}}},
    {"PROBE_ALLOW", {{"127.0.0.1", "10.0.0.0/8,fd00::/8"}, {"10.0.0.0/99", "localhost"}}},
    {"PROBE_DNS", {{"192.0.2.53", "127.0.0.1:5353,[::1]:53"}, {"dns", "192.0.2.53:x"}}},
    {"KEEP_CHECKS_DAYS", {{"1", "3650"}, {"0", "3651", "off"}}},
    {"KEEP_ROUNDS_DAYS", {{"90"}, {"0", "3651"}}},
    {"KEEP_LOGS_DAYS", {{"90"}, {"0", "3651"}}},
    {"LOG_FORMAT", {{"text", "json"}, {"JSON", "xml"}}},
    {"LOG_LEVEL", {{"debug", "info", "warn", "warning", "error", "off"}, {"loud", "INFO"}}},
};

TEST(Keys, TakeWhatIsAllowedAndRefuseTheRest) {
  for (const auto& key : keys()) {
    ASSERT_TRUE(kSamples.contains(key.name)) << key.name << " has no samples";
    for (const auto& good : kSamples.at(key.name).good) {
      Config config;
      EXPECT_TRUE(key.read(good, config)) << key.name << "=" << good;
    }
    for (const auto& bad : kSamples.at(key.name).bad) {
      Config config;
      EXPECT_FALSE(key.read(bad, config)) << key.name << "=" << bad;
    }
  }
  EXPECT_EQ(kSamples.size(), keys().size());
}

TEST(Keys, WhatTheyShowTheyTakeAgain) {
  for (const auto& key : keys()) {
    if (key.secret) continue;
    for (const auto& good : kSamples.at(key.name).good) {
      Config config, again;
      key.read(good, config);
      const auto shown = key.show(config);
      if (shown.empty()) continue;
      EXPECT_TRUE(key.read(shown, again)) << key.name << "=" << shown;
      EXPECT_EQ(key.show(again), shown) << key.name;
    }
  }
}

TEST(Keys, NeverShowASecret) {
  for (const auto& key : keys()) {
    if (!key.secret) continue;
    for (const auto* value : {"mysql://u:hunter2@h/db", "redis://:hunter2@h", "hunter2",
                              "postgres://u:hunter2@h/db", "redis://h/?password=hunter2"}) {
      Config config;
      key.read(value, config);
      EXPECT_EQ(key.show(config).find("hunter2"), std::string::npos) << key.name;
      EXPECT_EQ(key.mask(value).find("hunter2"), std::string::npos) << key.name;
    }
  }
}

TEST(Keys, AreUniqueAndFoundByBothNames) {
  std::set<std::string_view> names;
  for (const auto& key : keys()) EXPECT_TRUE(names.insert(key.name).second) << key.name;
  EXPECT_EQ(find_key("NEXT_PORT"), find_key("PORT"));
  EXPECT_EQ(find_key("PORTS"), nullptr);
  EXPECT_EQ(find_key(""), nullptr);
}

}  // namespace
}  // namespace watchbill::app
