#include "app/cli/flags.h"

#include <gtest/gtest.h>

#include "app/cli/failure.h"

namespace watchbill::app {
namespace {

class FlagsTest : public testing::Test {
 protected:
  FlagsTest() {
    flags_.argument("USER", user_, "the user's e-mail address or id");
    flags_.optional_argument("MONITOR", monitor_, "its name or id");
    flags_.flag("--yes", yes_, "do not ask");
    flags_.value("--name", "NAME", name_, "shown on the page, 100 characters at most");
    flags_.values("--set", "FIELD=VALUE", fields_, "the path of a file");
    flags_.number("--interval", "MINUTES", interval_, 1, 1440, "minutes between two rounds, 1 to 1440");
    flags_.setting("--port", "PORT", "PORT", "the port to listen on");
  }

  void parse(std::vector<std::string> words) { flags_.parse(std::move(words), Speaker(Language::english)); }

  std::string refusal(std::vector<std::string> words) {
    try {
      parse(std::move(words));
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.code, ExitCode::usage);
      return failure.what() + (failure.next_step.empty() ? "" : " | " + failure.next_step);
    }
    return "accepted";
  }

  Flags flags_;
  std::string user_;
  std::optional<std::string> monitor_, name_;
  std::vector<std::string> fields_;
  std::optional<std::int64_t> interval_;
  bool yes_ = false;
};

TEST_F(FlagsTest, TakesArgumentsAndFlagsInAnyOrder) {
  parse({"--yes", "ada", "--name=A B", "--set", "a=1", "Home", "--set", "b=2", "--interval", "15", "--port",
         "80"});
  EXPECT_EQ(user_, "ada");
  EXPECT_EQ(monitor_, "Home");
  EXPECT_EQ(name_, "A B");
  EXPECT_EQ(fields_, (std::vector<std::string>{"a=1", "b=2"}));
  EXPECT_EQ(interval_, 15);
  EXPECT_TRUE(yes_);
  const auto settings = flags_.take_settings();
  EXPECT_EQ(settings.at("PORT").text, "80");
  EXPECT_EQ(settings.at("PORT").origin.where, "--port");
}

TEST_F(FlagsTest, LeavesAloneWhatIsNotGiven) {
  parse({"ada"});
  EXPECT_FALSE(monitor_ || name_ || interval_ || yes_);
  EXPECT_TRUE(fields_.empty());
  EXPECT_TRUE(flags_.take_settings().empty());
}

TEST_F(FlagsTest, AValueMayBeginWithADash) {
  parse({"ada", "--name=-x"});
  EXPECT_EQ(name_, "-x");
}

TEST_F(FlagsTest, SaysWhatIsWrong) {
  EXPECT_EQ(refusal({}), "USER is missing");
  EXPECT_EQ(refusal({"ada", "Home", "more"}), "unexpected argument: more");
  EXPECT_EQ(refusal({"ada", "--nam", "x"}), "unknown flag: --nam | did you mean --name?");
  EXPECT_EQ(refusal({"ada", "--wholly=x"}), "unknown flag: --wholly");
  EXPECT_EQ(refusal({"ada", "--name"}), "a value is missing after --name");
  EXPECT_EQ(refusal({"ada", "--yes=maybe"}), "--yes takes no value");
  for (const auto* bad : {"0", "1441", "1.5", "five", "-1"}) {
    EXPECT_EQ(refusal({"ada", std::string("--interval=") + bad}),
              "--interval must be a whole number from 1 to 1440")
        << bad;
  }
}

}  // namespace
}  // namespace watchbill::app
