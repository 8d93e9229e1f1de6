#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/auth/passwords.h"
#include "app/testing/shell.h"

namespace watchbill::app {
namespace {

using testing::HasSubstr;

class UserCommands : public testing::Test {
 protected:
  UserCommands() { shell_.run("migrate deploy"); }

  std::string password_hash(const std::string& email) {
    store::Store store({shell_.environment.at("DATABASE_URL"), &shell_.clock});
    return store.users().find_by_email(email)->password_hash;
  }

  Shell shell_;
};

TEST_F(UserCommands, AddGeneratesAPasswordThatWorks) {
  const auto added = shell_.run("user add Ada@Example.org --admin --json").json();
  EXPECT_EQ(added["user"]["email"], "ada@example.org");
  EXPECT_EQ(added["user"]["role"], "admin");
  const auto password = added["password"].get<std::string>();
  EXPECT_GE(password.size(), 20u);
  EXPECT_TRUE(api::verify_password(password_hash("ada@example.org"), password));
}

TEST_F(UserCommands, AddReadsThePasswordFromStandardInput) {
  const auto added =
      shell_.run("user add ada@example.org --password-stdin", "correct horse battery staple\r\nrest\n");
  EXPECT_EQ(added.code, 0) << added.err;
  EXPECT_EQ(added.out, "ada@example.org can sign in now\n");
  EXPECT_TRUE(api::verify_password(password_hash("ada@example.org"), "correct horse battery staple"));
}

TEST_F(UserCommands, AddRefusesBadInputBeforeAnythingIsWritten) {
  EXPECT_EQ(shell_.run("user add nobody").code, 2);
  EXPECT_EQ(shell_.run("user add ada@example.org --password-stdin", "short\n").code, 2);
  EXPECT_EQ(shell_.run("user add ada@example.org --password-stdin", "").code, 2);
  EXPECT_EQ(shell_.run("user add ada@example.org --interval 1441").code, 2);
  EXPECT_TRUE(shell_.run("user list --json").json()["items"].empty());
}

// What the page refuses is not let in by the shell.
TEST_F(UserCommands, PasswordsFollowTheRulesOfTheApi) {
  const std::vector<std::string> bad = {"九个汉字的密码不够", "correct\thorse battery",
                                        "correct horse \xff battery", std::string(1025, 'x')};
  for (const auto& password : bad)
    EXPECT_EQ(shell_.run("user add ada@example.org --password-stdin", password + "\n").code, 2) << password;
  const auto added = shell_.run("user add ada@example.org --password-stdin", " 这十个字的密码可以用了 \n");
  EXPECT_EQ(added.code, 0) << added.err;
  EXPECT_TRUE(api::verify_password(password_hash("ada@example.org"), " 这十个字的密码可以用了 "));
}

TEST_F(UserCommands, NamesAndAddressesFollowTheRulesOfTheApi) {
  for (const auto& bad : std::vector<std::string>{std::string(101, 'x'), "A\x1b[2Jda", "A\xff"})
    EXPECT_EQ(shell_.run_words({"user", "add", "ada@example.org", "--name", bad}).code, 2) << bad;
  for (const auto* bad : {"a\nda@example.org", "ad\xff@example.org"})
    EXPECT_EQ(shell_.run_words({"user", "add", bad}).code, 2) << bad;
  std::string hundred;
  for (int i = 0; i < 100; ++i) hundred += "名";
  const auto added =
      shell_.run_words({"user", "add", " ada@example.org ", "--name", "  " + hundred + " ", "--json"});
  ASSERT_EQ(added.code, 0) << added.err;
  EXPECT_EQ(added.json()["user"]["name"], hundred);
  EXPECT_EQ(added.json()["user"]["email"], "ada@example.org");
}

TEST_F(UserCommands, AddTakesTheIntervalFromFlagOrConfiguration) {
  shell_.environment["DEFAULT_INTERVAL_MINUTES"] = "30";
  shell_.run("user add ada@example.org");
  shell_.run("user add bo@example.org --interval 7");
  const auto items = shell_.run("user list --json").json()["items"];
  ASSERT_EQ(items.size(), 2u);
  std::map<std::string, int> intervals;
  for (const auto& item : items) intervals[item["email"]] = item["schedule"]["intervalMinutes"];
  EXPECT_EQ(intervals, (std::map<std::string, int>{{"ada@example.org", 30}, {"bo@example.org", 7}}));
}

TEST_F(UserCommands, AddRefusesASecondUserOfTheSameAddress) {
  shell_.run("user add ada@example.org");
  const auto second = shell_.run("user add ADA@example.org");
  EXPECT_EQ(second.code, 1);
  EXPECT_THAT(second.err, HasSubstr("there is a user ada@example.org already"));
}

TEST_F(UserCommands, PasswdChangesThePassword) {
  const auto first = shell_.run("user add ada@example.org --json").json()["password"].get<std::string>();
  const auto second = shell_.run("user passwd ada@example.org --json").json()["password"].get<std::string>();
  EXPECT_NE(first, second);
  EXPECT_FALSE(api::verify_password(password_hash("ada@example.org"), first));
  EXPECT_TRUE(api::verify_password(password_hash("ada@example.org"), second));
}

TEST_F(UserCommands, DisableAndEnable) {
  const auto id = shell_.run("user add ada@example.org --json").json()["user"]["id"].get<std::string>();
  EXPECT_EQ(shell_.run("user disable ada@example.org").code, 0);
  EXPECT_THAT(shell_.run("user list").out, HasSubstr("disabled"));
  EXPECT_EQ(shell_.run("user enable " + id).code, 0);
  EXPECT_THAT(shell_.run("user list").out, HasSubstr("enabled"));
}

TEST_F(UserCommands, TheLastAdministratorStays) {
  shell_.run("user add ada@example.org --admin");
  EXPECT_EQ(shell_.run("user disable ada@example.org").code, 1);
  const auto removed = shell_.run("user remove ada@example.org --yes");
  EXPECT_EQ(removed.code, 1);
  EXPECT_THAT(removed.err, HasSubstr("last administrator"));
}

TEST_F(UserCommands, RemoveAsksFirst) {
  shell_.run("user add ada@example.org --admin");
  shell_.run("user add bo@example.org");
  EXPECT_EQ(shell_.run("user remove bo@example.org").code, 2);
  EXPECT_EQ(shell_.run("user list --json").json()["items"].size(), 2u);
  EXPECT_EQ(shell_.run("user remove bo@example.org --yes").code, 0);
  EXPECT_EQ(shell_.run("user list --json").json()["items"].size(), 1u);
}

TEST_F(UserCommands, WhoIsNotThereIsNamed) {
  const auto result = shell_.run("user passwd nobody@example.org");
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.err,
            "watchbill: there is no user nobody@example.org\n  `watchbill user list` shows all of them\n");
}

}  // namespace
}  // namespace watchbill::app
