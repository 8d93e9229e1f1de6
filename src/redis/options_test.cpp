#include "redis/options.h"

#include <gmock/gmock.h>

#include <stdexcept>

namespace watchbill::redis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(RedisUrl, names_a_server) {
  const struct {
    const char* url;
    Endpoint endpoint;
    int database;
  } rows[] = {
      {"redis://localhost", {"localhost", 6379}, 0},
      {"redis://localhost/", {"localhost", 6379}, 0},
      {"redis://10.0.0.1:7000/3", {"10.0.0.1", 7000}, 3},
      {"redis://[::1]:7000", {"::1", 7000}, 0},
      {"redis://[::1]", {"::1", 6379}, 0},
      {"redis://localhost?db=4", {"localhost", 6379}, 4},
  };
  for (const auto& row : rows) {
    const auto options = parse_url(row.url);
    EXPECT_THAT(options.endpoints, ElementsAre(row.endpoint)) << row.url;
    EXPECT_EQ(options.database, row.database) << row.url;
    EXPECT_EQ(options.topology, Topology::standalone) << row.url;
    EXPECT_FALSE(options.credentials || options.tls) << row.url;
  }
}

TEST(RedisUrl, names_a_user_and_a_password) {
  const struct {
    const char* url;
    std::optional<Credentials> credentials;
  } rows[] = {
      {"redis://:secret@h", Credentials{"", "secret"}},
      {"redis://app:secret@h:1/2", Credentials{"app", "secret"}},
      {"redis://a%40b:%2F%3F%23%25%3A@h", Credentials{"a@b", "/?#%:"}},
      {"redis://@h", std::nullopt},
  };
  for (const auto& row : rows) {
    const auto options = parse_url(row.url);
    ASSERT_EQ(options.credentials.has_value(), row.credentials.has_value()) << row.url;
    if (!row.credentials) continue;
    EXPECT_EQ(options.credentials->user, row.credentials->user) << row.url;
    EXPECT_EQ(options.credentials->password, row.credentials->password) << row.url;
    EXPECT_EQ(options.endpoints.front().host, "h") << row.url;
  }
}

TEST(RedisUrl, names_sentinels_and_their_master) {
  const auto options = parse_url(
      "redis-sentinel://app:pw@a,b:5000,[::2]:6000/main/5?sentinel_user=watch&sentinel_password=p%40q");
  EXPECT_EQ(options.topology, Topology::sentinel);
  EXPECT_THAT(options.endpoints,
              ElementsAre(Endpoint{"a", 26379}, Endpoint{"b", 5000}, Endpoint{"::2", 6000}));
  EXPECT_EQ(options.master, "main");
  EXPECT_EQ(options.database, 5);
  EXPECT_EQ(options.credentials->password, "pw");
  EXPECT_EQ(options.sentinel_credentials->user, "watch");
  EXPECT_EQ(options.sentinel_credentials->password, "p@q");
  EXPECT_EQ(options.describe(), "master main of sentinels a:26379,b:5000,[::2]:6000");
}

TEST(RedisUrl, names_nodes_of_a_cluster) {
  const auto options = parse_url("redis-cluster://a:7000,b?prefix=x&client_name=me");
  EXPECT_EQ(options.topology, Topology::cluster);
  EXPECT_THAT(options.endpoints, ElementsAre(Endpoint{"a", 7000}, Endpoint{"b", 6379}));
  EXPECT_EQ(options.prefix, "x");
  EXPECT_EQ(options.client_name, "me");
  EXPECT_EQ(options.describe(), "cluster a:7000,b:6379");
}

TEST(RedisUrl, says_how_tls_is_checked) {
  for (const char* scheme : {"rediss", "rediss-sentinel", "rediss-cluster"}) {
    const auto path = std::string(scheme) == "rediss-sentinel" ? "/main" : "";
    const auto options =
        parse_url(std::string(scheme) + "://h" + path + "?ca=/c.pem&cert=/d.pem&key=/k&sni=n");
    ASSERT_TRUE(options.tls) << scheme;
    EXPECT_EQ(options.tls->ca_file, "/c.pem");
    EXPECT_EQ(options.tls->certificate_file, "/d.pem");
    EXPECT_EQ(options.tls->key_file, "/k");
    EXPECT_EQ(options.tls->server_name, "n");
    EXPECT_TRUE(options.tls->verify);
  }
  for (const char* no : {"no", "false", "0"})
    EXPECT_FALSE(parse_url("rediss://h?verify=" + std::string(no)).tls->verify);
}

TEST(RedisUrl, says_what_is_wrong) {
  const struct {
    const char* url;
    const char* problem;
  } rows[] = {
      {"localhost:6379", "it does not begin with a scheme such as redis://"},
      {"http://h", "the scheme \"http\" is not one of"},
      {"redis://", "there is no host"},
      {"redis://a,,b", "there is no host"},
      {"redis://a,b", "several hosts are for redis-sentinel:// and redis-cluster://"},
      {"redis://h:0", "the port is not a number from 1 to 65535"},
      {"redis://h:65536", "the port is not a number from 1 to 65535"},
      {"redis://h:x", "the port is not a number from 1 to 65535"},
      {"redis://[::1", "lacks a closing bracket"},
      {"redis://[::1]6379", "is not a host"},
      {"redis://h/x", "the database is not a number from 0 to"},
      {"redis://h/-1", "the database is not a number from 0 to"},
      {"redis://h/1/2", "nothing may follow the database"},
      {"redis-sentinel://h", "Sentinel needs the master's name: redis-sentinel://host/NAME"},
      {"redis-cluster://h/1", "a cluster has only database 0"},
      {"redis-cluster://h?db=1", "a cluster has only database 0"},
      {"redis://h?ca=/x", "\"ca\" is for TLS: write rediss:// instead of redis://"},
      {"redis://h?color=red", "the parameter \"color\" is not known"},
  };
  for (const auto& row : rows) {
    try {
      parse_url(row.url);
      ADD_FAILURE() << row.url << " is accepted";
    } catch (const std::invalid_argument& e) {
      EXPECT_THAT(e.what(), HasSubstr(row.problem)) << row.url;
      EXPECT_THAT(e.what(), Not(HasSubstr("\n"))) << row.url;
    }
  }
}

TEST(RedisUrl, never_shows_a_password) {
  for (const std::string password : {"hunter2", "hun/ter2", "hunter2/1", "?hunter2", "a#hunter2", "@hunter2",
                                     "1?hunter2", "1/0/hunter2", "x y hunter2", "hunter2%", "[hunter2"})
    for (const std::string user : {"", "app"})
      for (const char* rest : {"@h", "@h:x", "@h/x", "@h?bad=1", "@", "@h/1/2"})
        for (const char* scheme :
             {"redis://", "rediss://", "redis-sentinel://", "redis-cluster://", "red is://"}) {
          const auto url = scheme + user + ":" + password + rest;
          try {
            EXPECT_THAT(parse_url(url).describe(), Not(HasSubstr("ter2"))) << url;
          } catch (const std::invalid_argument& e) {
            EXPECT_THAT(e.what(), Not(HasSubstr("ter2"))) << url;
          }
        }
}

}  // namespace
}  // namespace watchbill::redis
