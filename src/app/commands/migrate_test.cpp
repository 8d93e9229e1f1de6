#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/testing/shell.h"

namespace watchbill::app {
namespace {

using testing::HasSubstr;

TEST(MigrateCommands, DeployCreatesTheDatabaseAndHasNothingToDoTheSecondTime) {
  Shell shell;
  EXPECT_FALSE(shell.run("migrate deploy --json").json()["applied"].empty());
  EXPECT_TRUE(shell.run("migrate deploy --json").json()["applied"].empty());
  EXPECT_EQ(shell.run("migrate deploy").out, "nothing to do: the schema is up to date\n");
}

TEST(MigrateCommands, StatusListsWhatWasApplied) {
  Shell shell;
  shell.run("migrate deploy");
  const auto status = shell.run("migrate status");
  EXPECT_EQ(status.code, 0);
  EXPECT_THAT(status.out, HasSubstr("applied"));
  for (const auto& item : shell.run("migrate status --json").json()["items"])
    EXPECT_EQ(item["state"], "applied");
}

TEST(MigrateCommands, BeforeTheFirstMigrationStatusAsksForIt) {
  Shell shell;
  std::filesystem::create_directory(shell.path() / "data");
  { const store::Store opened({shell.environment.at("DATABASE_URL"), &shell.clock}); }
  const auto status = shell.run("migrate status");
  EXPECT_EQ(status.code, 7) << status.err;
  EXPECT_THAT(status.out, HasSubstr("pending"));
  EXPECT_EQ(shell.run("user list").code, 7);
}

TEST(MigrateCommands, ResolveNeedsOneAnswerAndAFailedMigration) {
  Shell shell;
  shell.run("migrate deploy");
  EXPECT_EQ(shell.run("migrate resolve x").code, 2);
  EXPECT_EQ(shell.run("migrate resolve x --applied --rolled-back").code, 2);
  EXPECT_NE(shell.run("migrate resolve no_such_migration --applied").code, 0);
}

}  // namespace
}  // namespace watchbill::app
