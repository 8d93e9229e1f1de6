#include "redis/error.h"

#include <gtest/gtest.h>

namespace watchbill::redis {
namespace {

TEST(ErrorTest, replies_are_told_apart) {
  const struct {
    const char* reply;
    ErrorKind kind;
    bool passes;
  } rows[] = {
      {"NOAUTH Authentication required.", ErrorKind::auth, false},
      {"WRONGPASS invalid username-password pair or user is disabled.", ErrorKind::auth, false},
      {"NOPERM this user has no permissions to run the 'get' command", ErrorKind::forbidden, false},
      {"NOSCRIPT No matching script. Please use EVAL.", ErrorKind::no_script, true},
      {"READONLY You can't write against a read only replica.", ErrorKind::read_only, true},
      {"ERR Error running script (call to f_1): @user_script:3: -READONLY You can't write against a read "
       "only replica.",
       ErrorKind::read_only, true},
      {"UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)",
       ErrorKind::read_only, true},
      {"NOREPLICAS Not enough good replicas to write.", ErrorKind::no_replicas, true},
      {"LOADING Redis is loading the dataset in memory", ErrorKind::loading, true},
      {"MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
       ErrorKind::master_down, true},
      {"OOM command not allowed when used memory > 'maxmemory'.", ErrorKind::out_of_memory, false},
      {"ERR Error running script: @user_script: 5: -OOM command not allowed when used memory > 'maxmemory'.",
       ErrorKind::out_of_memory, false},
      {"MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
       ErrorKind::misconfigured, false},
      {"ERR Error running script: @user_script:3: -MISCONF Redis is configured to save RDB snapshots",
       ErrorKind::misconfigured, false},
      {"BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
       ErrorKind::busy, true},
      {"BUSYKEY Target key name already exists.", ErrorKind::other, false},
      {"BUSYGROUP Consumer Group name already exists", ErrorKind::other, false},
      {"MOVED 3999 127.0.0.1:6381", ErrorKind::moved, true},
      {"ASK 3999 127.0.0.1:6381", ErrorKind::ask, true},
      {"TRYAGAIN Multiple keys request during rehashing of slot", ErrorKind::try_again, true},
      {"CLUSTERDOWN Hash slot not served", ErrorKind::cluster_down, true},
      {"CROSSSLOT Keys in request don't hash to the same slot", ErrorKind::cross_slot, false},
      {"ERR Script attempted to access a non local key in a cluster node", ErrorKind::cross_slot, false},
      {"WRONGTYPE Operation against a key holding the wrong kind of value", ErrorKind::wrong_type, false},
      {"ERR Error running script: @user_script:1: WRONGTYPE Operation against a key", ErrorKind::wrong_type,
       false},
      {"ERR max number of clients reached", ErrorKind::too_many_clients, true},
      {"ERR unknown command 'X'", ErrorKind::other, false},
      {"", ErrorKind::other, false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(kind_of_reply(row.reply), row.kind) << row.reply;
    EXPECT_EQ(is_passing(row.kind), row.passes) << row.reply;
  }
}

TEST(ErrorTest, what_may_have_run_is_never_repeated) {
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::other); ++kind) {
    const Error error(static_cast<ErrorKind>(kind), "x");
    EXPECT_FALSE(error.may_have_run() && is_passing(error.kind())) << kind;
  }
  EXPECT_TRUE(Error(ErrorKind::outcome_unknown, "").may_have_run());
  EXPECT_TRUE(Error(ErrorKind::other, "").may_have_run());
  EXPECT_TRUE(Error(ErrorKind::wrong_type, "").may_have_run());
  EXPECT_FALSE(Error(ErrorKind::unavailable, "").may_have_run());
}

TEST(ErrorTest, connections_to_replicas_and_without_rights_are_given_up) {
  EXPECT_TRUE(needs_new_connection(ErrorKind::read_only));
  EXPECT_TRUE(needs_new_connection(ErrorKind::auth));
  EXPECT_FALSE(needs_new_connection(ErrorKind::forbidden)) << "one command's rights are not the connection's";
  EXPECT_FALSE(needs_new_connection(ErrorKind::busy));
}

}  // namespace
}  // namespace watchbill::redis
