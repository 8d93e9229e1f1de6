#include "app/cli/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli/command.h"
#include "app/testing/shell.h"

namespace watchbill::app {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr int kUsage = 2;
constexpr int kConfigInvalid = 5;
constexpr int kMigrationNeeded = 7;
constexpr int kNotADatabase = 8;

bool has_han(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xe4; });
}

class Run : public testing::Test {
 protected:
  Shell shell_;
};

TEST_F(Run, EveryCommandHasAHelpPageInBothLanguages) {
  for (const auto& command : commands()) {
    const auto english = shell_.run(std::string(command.path) + " --help --lang en");
    const auto chinese = shell_.run(std::string(command.path) + " --help --lang zh");
    EXPECT_EQ(english.code, 0) << command.path;
    EXPECT_THAT(english.out, StartsWith(std::string(command.path) + ": "));
    EXPECT_FALSE(has_han(english.out)) << command.path;
    EXPECT_TRUE(has_han(chinese.out)) << command.path;
    for (const auto example : command.examples) {
      EXPECT_THAT(english.out, HasSubstr("watchbill " + std::string(example) + "\n"));
      EXPECT_THAT(example, StartsWith(command.path));
    }
  }
}

// The flags of an example are declared flags: only what the command does with them may fail.
TEST_F(Run, TheExamplesOfEveryCommandAreUnderstood) {
  for (const auto& command : commands()) {
    for (const auto& example : {std::string(command.examples[0]), std::string(command.examples[1])}) {
      const auto line = example.substr(0, example.find(" < "));
      const auto rest = line.substr(std::min(line.size(), command.path.size() + 1));
      std::istringstream words_of_rest(rest);
      std::vector<std::string> words;
      for (std::string word; words_of_rest >> word;) {
        if (word != "--json") words.push_back(word);
      }
      Flags flags;
      const auto made = command.make();
      declare_all(*made, flags);
      EXPECT_NO_THROW(flags.parse(words, Speaker(Language::english))) << line;
    }
  }
}

TEST_F(Run, WithoutACommandItShowsAllOfThem) {
  const auto help = shell_.run("");
  EXPECT_EQ(help.code, 0);
  for (const auto& command : commands()) EXPECT_THAT(help.out, HasSubstr("\n  " + std::string(command.path)));
  EXPECT_EQ(shell_.run("help").out, help.out);
  EXPECT_EQ(shell_.run("--help").out, help.out);
}

TEST_F(Run, AGroupShowsItsCommands) {
  const auto group = shell_.run("user");
  EXPECT_EQ(group.code, 0);
  EXPECT_THAT(group.out, HasSubstr("watchbill user add"));
  EXPECT_EQ(shell_.run("help user").out, group.out);
}

TEST_F(Run, HelpTopics) {
  EXPECT_THAT(shell_.run("help exit-codes").out, HasSubstr("130"));
  EXPECT_THAT(shell_.run("help configuration").out, HasSubstr("DISPATCH_LOCK_TTL"));
  EXPECT_EQ(shell_.run("help user add").out, shell_.run("user add --help").out);
  EXPECT_EQ(shell_.run("help nonsense").code, kUsage);
}

TEST_F(Run, TheLanguageIsThatOfTheFlagElseOfTheLocale) {
  EXPECT_TRUE(has_han(shell_.run("--lang zh help").out));
  shell_.environment["LANG"] = "zh_CN.UTF-8";
  EXPECT_TRUE(has_han(shell_.run("help").out));
  EXPECT_FALSE(has_han(shell_.run("help --lang=en").out));
  shell_.environment["LC_ALL"] = "C";
  EXPECT_FALSE(has_han(shell_.run("help").out));
  EXPECT_EQ(shell_.run("help --lang tlh").code, kUsage);
}

TEST_F(Run, AnUnknownCommandIsAUsageErrorWithAdvice) {
  const auto slip = shell_.run("tirgger");
  EXPECT_EQ(slip.code, kUsage);
  EXPECT_EQ(slip.out, "");
  EXPECT_EQ(slip.err, "watchbill: unknown command: tirgger\n  did you mean trigger?\n");
  EXPECT_THAT(shell_.run("user ad").err, HasSubstr("did you mean user add?"));
  EXPECT_THAT(shell_.run("frobnicate").err, HasSubstr("`watchbill help` lists the commands"));
}

TEST_F(Run, ErrorsAreJsonWhereJsonWasAskedFor) {
  const auto error = shell_.run("tirgger --json").error();
  EXPECT_EQ(error["success"], false);
  EXPECT_EQ(error["code"], "usage");
  EXPECT_EQ(error["error"], "unknown command: tirgger");
  EXPECT_EQ(error["nextStep"], "did you mean trigger?");
}

TEST_F(Run, WhatWasTypedCannotForgeTheTerminal) {
  EXPECT_EQ(shell_.run_words({"x\x1b[2J\ny"}).err.find('\x1b'), std::string::npos);
}

TEST_F(Run, Version) {
  EXPECT_THAT(shell_.run("version").out, StartsWith("watchbill "));
  EXPECT_EQ(shell_.run("--version").out, shell_.run("version").out);
  EXPECT_EQ(shell_.run("version --json").json()["name"], "watchbill");
}

TEST_F(Run, AnInvalidConfigurationListsAllProblems) {
  shell_.environment["PORT"] = "http";
  shell_.environment["RUN_LEASE"] = "soon";
  const auto text = shell_.run("config check");
  EXPECT_EQ(text.code, kConfigInvalid);
  EXPECT_THAT(
      text.err,
      HasSubstr("PORT=http  (environment)\n      not allowed; allowed: a whole number from 1 to 65535\n"));
  const auto problems = shell_.run("config check --json").error()["problems"];
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0]["key"], "PORT");
  EXPECT_EQ(problems[0]["origin"], "environment");
  EXPECT_EQ(problems[1]["value"], "soon");
}

TEST_F(Run, AValidConfigurationMayHaveNotes) {
  EXPECT_EQ(shell_.run("config check").out, "the configuration is valid\n");
  shell_.environment["CRON_SECRET"] = "short";
  const auto noted = shell_.run("config check");
  EXPECT_EQ(noted.code, 0);
  EXPECT_THAT(noted.out, HasSubstr("CRON_SECRET=***"));
  EXPECT_EQ(shell_.run("config check --json").json()["problems"][0]["fatal"], false);
}

TEST_F(Run, ConfigShowSaysValueAndOriginAndNoSecrets) {
  shell_.write(".env", "CRON_SECRET='hunter2-hunter2-hunter2'\n");
  const auto shown = shell_.run("config show --origin");
  EXPECT_EQ(shown.code, 0);
  EXPECT_THAT(shown.out, testing::ContainsRegex("CRON_SECRET +\\*\\*\\* +\\.env:1\n"));
  EXPECT_THAT(shown.out, testing::ContainsRegex("PORT +10111 +built-in\n"));
  EXPECT_EQ(shown.out.find("hunter2"), std::string::npos);
  for (const auto& entry : shell_.run("config show --json").json()["items"])
    EXPECT_FALSE(entry.contains("origin"));
}

TEST_F(Run, ConfigShowSaysWhatIsWrongAsWell) {
  shell_.write(".env", "PORT=70000\n");
  const auto shown = shell_.run("config show --origin");
  EXPECT_EQ(shown.code, 0);
  EXPECT_THAT(shown.out, testing::ContainsRegex("PORT +10111 +built-in\n"));
  EXPECT_THAT(shown.out, HasSubstr("\n  PORT=70000  (.env:1)\n      not allowed; allowed: "));
  const auto json = shell_.run("config show --json").json();
  ASSERT_EQ(json["problems"].size(), 1u);
  EXPECT_EQ(json["problems"][0]["key"], "PORT");
  shell_.environment["REDIS_URL"] = "redis://127.0.0.1";
  EXPECT_EQ(shell_.run("config show --json").json()["problems"],
            shell_.run("config check --json").error()["problems"]);
}

TEST_F(Run, CommandsThatNeedTheDatabaseSayThatItIsNotThereYet) {
  for (const auto* line :
       {"user list", "schedule list", "migrate status", "monitor list ada@example.org", "setup-link"}) {
    const auto result = shell_.run(line);
    EXPECT_EQ(result.code, kMigrationNeeded) << line << result.err;
    EXPECT_FALSE(std::filesystem::exists(shell_.path() / "data")) << line;
  }
}

TEST_F(Run, AFileThatIsNoDatabaseIsRefusedAndNotTouched) {
  std::filesystem::create_directory(shell_.path() / "data");
  shell_.write("data/watchbill.db", "Dear diary, this is no database. Dear diary, this is no database.\n");
  for (const auto* line : {"user list", "migrate deploy", "migrate status"}) {
    EXPECT_EQ(shell_.run(line).code, kNotADatabase) << line;
    EXPECT_EQ(std::filesystem::file_size(shell_.path() / "data/watchbill.db"), 66u);
  }
}

TEST_F(Run, WhyTheDatabaseCannotBeUsedIsSaidInChineseWithTheCauseAsItIs) {
  std::filesystem::create_directory(shell_.path() / "data");
  shell_.write("data/watchbill.db", "Dear diary, this is no database. Dear diary, this is no database.\n");
  const auto foreign = shell_.run("user list --lang zh");
  EXPECT_THAT(foreign.err, StartsWith("watchbill: 数据库文件不是 watchbill 的数据库，或已损坏\n  "));
  EXPECT_THAT(foreign.err, HasSubstr("data/watchbill.db is not a database"));
  EXPECT_THAT(shell_.run("user list --json").error()["detail"], HasSubstr("is not a database"));

  std::filesystem::remove(shell_.path() / "data/watchbill.db");
  { const store::Store without_tables({shell_.environment.at("DATABASE_URL"), &shell_.clock}); }
  const auto other = shell_.run("user list --lang zh");
  EXPECT_EQ(other.code, kMigrationNeeded);
  EXPECT_THAT(other.err, StartsWith("watchbill: 数据库结构与本版本不符\n  "));
}

}  // namespace
}  // namespace watchbill::app
