#include "app/config/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "tests/support/temp_store.h"

namespace watchbill::app {
namespace {

class LoadConfig : public testing::Test {
 protected:
  LoadConfig() { sources_.folder = folder_.path(); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path() / name) << text;
    chmod((folder_.path() / name).c_str(), 0600);
  }

  LoadedConfig load(Needs needs = {.database = true, .queue = true}) {
    return load_config(sources_, needs, Speaker(Language::english));
  }

  static std::vector<std::string> keys_of(const LoadedConfig& loaded) {
    std::vector<std::string> keys;
    for (const auto& problem : loaded.problems) keys.push_back(problem.key);
    return keys;
  }

  support::TempFolder folder_;
  Sources sources_;
};

TEST_F(LoadConfig, WithoutAnythingEverythingHasItsDefault) {
  const auto loaded = load();
  EXPECT_TRUE(loaded.valid());
  EXPECT_TRUE(loaded.problems.empty());
  EXPECT_EQ(loaded.config.database_url, "sqlite:data/watchbill.db");
  EXPECT_EQ(loaded.config.data_dir, "data");
  EXPECT_EQ(loaded.config.port, 10111);
  EXPECT_EQ(loaded.origin_of("PORT").kind, Origin::Kind::built_in);
}

TEST_F(LoadConfig, FlagsGoBeforeEnvironmentBeforeProductionFileBeforeFile) {
  write(".env", "PORT=1001\n");
  EXPECT_EQ(load().config.port, 1001);
  write(".env.production", "# first\nPORT=1002\n");
  EXPECT_EQ(load().config.port, 1002);
  EXPECT_EQ(load().origin_of("PORT").where, ".env.production:2");
  sources_.environment["PORT"] = "1003";
  EXPECT_EQ(load().config.port, 1003);
  sources_.flags["PORT"] = {"1004", {Origin::Kind::flag, "--port"}};
  EXPECT_EQ(load().config.port, 1004);
  EXPECT_EQ(load().origin_of("PORT").where, "--port");
}

TEST_F(LoadConfig, AnEmptyValueIsAsGoodAsNone) {
  write(".env", "PORT=1001\nREDIS_URL=\n");
  sources_.environment["PORT"] = "";
  EXPECT_EQ(load().config.port, 1001);
  EXPECT_TRUE(load().valid());
}

TEST_F(LoadConfig, TheOtherNameOfAKeyCountsWithinItsLayer) {
  write(".env", "PORT=1001\n");
  sources_.environment["NEXT_PORT"] = "1002";
  EXPECT_EQ(load().config.port, 1002);
  sources_.environment["PORT"] = "1003";
  EXPECT_EQ(load().config.port, 1003);
}

TEST_F(LoadConfig, TellsAllErrorsAtOnceWithOriginValueAndWhatIsAllowed) {
  write(".env", "PORT=70000\n\nbroken line\n");
  write(".env.production", "RUN_LEASE=soon\n");
  sources_.environment = {{"LOG_LEVEL", "loud"}, {"DATABASE_URL", "postgres://u:hunter2@h/db"}};
  const auto loaded = load();
  EXPECT_FALSE(loaded.valid());
  EXPECT_THAT(keys_of(loaded),
              testing::UnorderedElementsAre("PORT", "", "RUN_LEASE", "LOG_LEVEL", "DATABASE_URL"));
  for (const auto& problem : loaded.problems) {
    EXPECT_FALSE(problem.origin.empty()) << problem.key;
    EXPECT_FALSE(problem.allowed.empty()) << problem.key;
    EXPECT_EQ(problem.value.find("hunter2"), std::string::npos);
    if (problem.key == "PORT") {
      EXPECT_EQ(problem.origin, ".env:1");
      EXPECT_EQ(problem.value, "70000");
    }
    if (problem.key.empty()) {
      EXPECT_EQ(problem.origin, ".env:3");
    }
  }
}

TEST_F(LoadConfig, AnInvalidValueDoesNotFallBackToAnotherLayer) {
  write(".env", "PORT=1001\n");
  sources_.environment["PORT"] = "none";
  EXPECT_FALSE(load().valid());
}

TEST_F(LoadConfig, SecretsComeFromFilesToo) {
  write("secret", "s3cret-s3cret-s3cret\n");
  sources_.environment["CRON_SECRET_FILE"] = "secret";
  const auto loaded = load();
  EXPECT_TRUE(loaded.valid());
  EXPECT_EQ(loaded.config.cron_secret, "s3cret-s3cret-s3cret");
  EXPECT_EQ(loaded.origin_of("CRON_SECRET").where, (folder_.path() / "secret").string());
}

TEST_F(LoadConfig, ASecretAndItsFileTogetherAreAnErrorWhereverTheyAre) {
  write("secret", "s3cret\n");
  write(".env", "CRON_SECRET_FILE=secret\n");
  sources_.environment["CRON_SECRET"] = "another-secret-altogether";
  const auto loaded = load();
  ASSERT_FALSE(loaded.valid());
  EXPECT_EQ(loaded.problems[0].key, "CRON_SECRET");
  EXPECT_EQ(loaded.problems[0].value, "***");
}

TEST_F(LoadConfig, ASecretFileThatCannotBeReadOrIsEmptyIsAnError) {
  write("empty", "\n");
  for (const auto* name : {"absent", "empty", "."}) {
    sources_.environment["CRON_SECRET_FILE"] = name;
    EXPECT_EQ(keys_of(load()), std::vector<std::string>{"CRON_SECRET_FILE"}) << name;
  }
}

TEST_F(LoadConfig, OnlySecretsHaveAFileForm) {
  write("port", "1234\n");
  sources_.environment["PORT_FILE"] = "port";
  EXPECT_EQ(load().config.port, 10111);
}

TEST_F(LoadConfig, AnAddressOfAQueueIsReadToItsEndWhereItIsNeeded) {
  sources_.environment = {{"REDIS_URL", "redis://:hunter2@h/1?prefix=wb"}};
  EXPECT_TRUE(load().valid());
  sources_.environment = {{"REDIS_URL", "redis://:hunter2@h?colour=red"}};
  const auto loaded = load();
  ASSERT_THAT(keys_of(loaded), testing::ElementsAre("REDIS_URL"));
  EXPECT_THAT(loaded.problems[0].message, testing::HasSubstr("\"colour\" is not known"));
  EXPECT_THAT(loaded.problems[0].value, testing::Not(testing::HasSubstr("hunter2")));
  EXPECT_TRUE(load({.database = true}).valid());
}

TEST_F(LoadConfig, AWorkerNeedsTheQueueAndTheDatabaseOfOthers) {
  EXPECT_TRUE(load().valid());
  const Needs needs{.database = true, .queue = true, .shared_queue = true};
  EXPECT_THAT(keys_of(load(needs)), testing::UnorderedElementsAre("REDIS_URL", "DATABASE_URL"));
  sources_.environment = {{"DATABASE_URL", "sqlite:here.db"}};
  EXPECT_THAT(keys_of(load(needs)), testing::ElementsAre("REDIS_URL"));
}

TEST_F(LoadConfig, AnAddressOfADatabaseIsReadToItsEnd) {
  sources_.environment = {{"DATABASE_URL", "mysql://u:hunter2@h/db?connection_limit=3&sslaccept=strict"}};
  EXPECT_TRUE(load({.database = true}).valid());
  sources_.environment = {{"DATABASE_URL", "mysql://u:hunter2@h/db?colour=red"}};
  const auto loaded = load({.database = true});
  ASSERT_THAT(keys_of(loaded), testing::ElementsAre("DATABASE_URL"));
  EXPECT_THAT(loaded.problems[0].message, testing::HasSubstr("\"colour\" is not known"));
  EXPECT_EQ(loaded.problems[0].value, "mysql://u:***@h/db?colour=red");
  EXPECT_TRUE(load({}).valid()) << "where no database is needed";
}

// Links and calls of the dispatcher would go to what else lies on that host, the latter with the secret.
TEST_F(LoadConfig, APublicUrlBesideABasePathEndsWithIt) {
  sources_.environment["BASE_PATH"] = "/wb";
  for (const auto* bad : {"https://watch.example.org", "https://watch.example.org/", "https://h:8443/other",
                          "https://h/wb/more", "https://h/tools/wb"}) {
    sources_.environment["PUBLIC_URL"] = bad;
    const auto loaded = load();
    EXPECT_EQ(keys_of(loaded), std::vector<std::string>{"PUBLIC_URL"}) << bad;
    EXPECT_FALSE(loaded.valid()) << bad;
  }
  sources_.environment["PUBLIC_URL"] = "https://watch.example.org:8443/";
  ASSERT_FALSE(load().valid());
  EXPECT_EQ(load().problems[0].value, "https://watch.example.org:8443");
  EXPECT_EQ(load().problems[0].allowed, "https://watch.example.org:8443/wb");
  for (const auto* good : {"https://watch.example.org/wb", "https://watch.example.org/wb/"}) {
    sources_.environment["PUBLIC_URL"] = good;
    EXPECT_TRUE(load().valid()) << good;
  }
  sources_.environment = {{"PUBLIC_URL", "https://watch.example.org/wb"}};
  EXPECT_TRUE(load().valid()) << "a proxy may take the path away";
}

TEST_F(LoadConfig, AValueThatIsNotAllowedIsNotTheOriginOfTheDefault) {
  write(".env", "PORT=70000\nCRON_SECRET=0123456789#abcdef\n");
  const auto loaded = load();
  EXPECT_EQ(loaded.config.port, 10111);
  EXPECT_EQ(loaded.origin_of("PORT").kind, Origin::Kind::built_in);
  EXPECT_EQ(loaded.origin_of("CRON_SECRET").kind, Origin::Kind::built_in);
}

TEST_F(LoadConfig, APasswordInAnAddressIsNeverPartOfAProblem) {
  for (const auto* address : {"https://ada:hunter2@watch.example.org", "ada:hunter2@watch.example.org",
                              "https://watch.example.org/?password=hunter2"}) {
    sources_.environment["PUBLIC_URL"] = address;
    const auto loaded = load();
    ASSERT_EQ(loaded.problems.size(), 1u) << address;
    EXPECT_EQ(loaded.problems[0].value.find("hunter2"), std::string::npos) << address;
  }
  sources_.environment["PUBLIC_URL"] = "watch.example.org";
  EXPECT_EQ(load().problems[0].value, "watch.example.org") << "a slip is shown as it is";
}

TEST_F(LoadConfig, NotesSlipsInFilesAndShortSecretsWithoutStoppingOverThem) {
  write(".env", "DISPATCH_BATCH_SIZ=5\nUNRELATED=1\nCRON_SECRET=short\nNODE_ENV=production\n");
  const auto loaded = load();
  EXPECT_TRUE(loaded.valid());
  EXPECT_THAT(keys_of(loaded), testing::UnorderedElementsAre("CRON_SECRET", "DISPATCH_BATCH_SIZ"));
}

TEST_F(LoadConfig, NotesSecretsThatEverybodyMayRead) {
  write(".env", "CRON_SECRET=0123456789abcdef\n");
  EXPECT_TRUE(load().problems.empty());
  chmod((folder_.path() / ".env").c_str(), 0644);
  const auto loaded = load();
  EXPECT_TRUE(loaded.valid());
  EXPECT_THAT(keys_of(loaded), testing::ElementsAre("CRON_SECRET"));
}

TEST_F(LoadConfig, AHashThatMayBeACommentMustBeQuoted) {
  write(".env", "CRON_SECRET=0123456789#abcdef\nCOLOUR=#fff\n");
  EXPECT_EQ(keys_of(load()), std::vector<std::string>{"CRON_SECRET"});
  EXPECT_FALSE(load().valid());
}

TEST_F(LoadConfig, TheDatabaseFollowsTheDataFolderAndTheFolderTheDatabase) {
  sources_.environment["DATA_DIR"] = "/var/lib/wb";
  EXPECT_EQ(load().config.database_url, "sqlite:/var/lib/wb/watchbill.db");
  sources_.environment = {{"DATABASE_URL", "sqlite:/srv/wb/main.db"}};
  EXPECT_EQ(load().config.data_dir, "/srv/wb");
  sources_.environment = {{"DATABASE_URL", "sqlite:main.db"}};
  EXPECT_EQ(load().config.data_dir, ".");
}

TEST_F(LoadConfig, TheDataDirFlagMeansTheDatabaseToo) {
  sources_.environment = {{"DATABASE_URL", "sqlite:/srv/wb/main.db"}};
  sources_.flags["DATA_DIR"] = {"/tmp/x", {Origin::Kind::flag, "--data-dir"}};
  EXPECT_EQ(load().config.database_url, "sqlite:/tmp/x/watchbill.db");
}

TEST(LocalUrl, IsOneThatCanBeOpened) {
  Config config;
  EXPECT_EQ(local_url(config), "http://127.0.0.1:10111");
  config.host = "0.0.0.0";
  config.base_path = "/wb";
  EXPECT_EQ(local_url(config), "http://127.0.0.1:10111/wb");
  config.host = "::";
  EXPECT_EQ(local_url(config), "http://[::1]:10111/wb");
  config.public_url = "https://example.org/wb";
  EXPECT_EQ(shown_url(config), "https://example.org/wb");
}

}  // namespace
}  // namespace watchbill::app
