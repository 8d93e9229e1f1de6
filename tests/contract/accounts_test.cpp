// Users, sessions, API tokens.
#include "base/id.h"
#include "tests/contract/store_contract.h"

namespace watchbill::contract {
namespace {

using domain::Role;
using domain::User;
using store::UserRefusal;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class AccountsTest : public StoreContract {
 protected:
  domain::UserId add_admin(const std::string& name) {
    return std::get<User>(users().create({.email = name + "@example.org", .name = name, .role = Role::admin}))
        .id;
  }
  store::Session add_session(const domain::UserId& user, base::Millis lifetime = 1h) {
    store::Session session{base::sha256_hex(base::new_secret()), user, now(), now() + lifetime, now()};
    users().add_session(session);
    return session;
  }
  store::ApiToken add_token(const domain::UserId& user, const std::string& name) {
    store::ApiToken token{.id = base::new_id(),
                          .user_id = user,
                          .name = name,
                          .token_hash = base::sha256_hex(base::new_secret()),
                          .read_only = true,
                          .created_at = now()};
    users().add_token(token);
    return token;
  }
  static UserRefusal refusal(const std::variant<User, UserRefusal>& result) {
    return std::get<UserRefusal>(result);
  }
  std::vector<std::string> emails(const store::UserQuery& query) {
    std::vector<std::string> emails;
    for (const auto& entry : users().list(query, cursor_)) emails.push_back(entry.user.email);
    return emails;
  }

  std::optional<std::string> cursor_;
};
WATCHBILL_ON_EVERY_ENGINE(AccountsTest);

TEST_P(AccountsTest, a_new_user_is_found_by_id_and_by_email) {
  const auto created = std::get<User>(users().create({.email = "anna@example.org",
                                                      .name = "Anna \xE2\x9C\x93",
                                                      .role = Role::admin,
                                                      .password_hash = "hash",
                                                      .language = "zh-CN"}));
  for (const auto& found : {users().find(created.id), users().find_by_email("anna@example.org")}) {
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, created.id);
    EXPECT_EQ(found->email, "anna@example.org");
    EXPECT_EQ(found->name, "Anna \xE2\x9C\x93");
    EXPECT_EQ(found->role, Role::admin);
    EXPECT_FALSE(found->disabled);
    EXPECT_EQ(found->password_hash, "hash");
    EXPECT_EQ(found->language, "zh-CN");
    EXPECT_EQ(found->theme, "");
    EXPECT_EQ(found->created_at, now());
    EXPECT_EQ(found->updated_at, now());
  }
  EXPECT_FALSE(users().find("nobody"));
  EXPECT_FALSE(users().find_by_email("nobody@example.org"));
}

TEST_P(AccountsTest, an_email_belongs_to_one_user) {
  const auto anna = add_user("anna"), bela = add_user("bela");
  EXPECT_EQ(refusal(users().create({.email = "anna@example.org"})), UserRefusal::email_taken);
  EXPECT_EQ(refusal(users().edit(bela, {.email = "anna@example.org"})), UserRefusal::email_taken);
  EXPECT_TRUE(std::holds_alternative<User>(users().edit(anna, {.email = "anna@example.org"}))) << "his own";
  EXPECT_EQ(users().list({}, cursor_).size(), 2u);
}

TEST_P(AccountsTest, the_set_up_is_done_once_there_is_an_administrator_who_can_sign_in) {
  EXPECT_FALSE(users().has_admin());
  add_user("anna");
  EXPECT_FALSE(users().has_admin());
  users().create({.email = "root@example.org", .role = Role::admin});
  EXPECT_TRUE(users().has_admin());
}

TEST_P(AccountsTest, an_edit_changes_what_it_names) {
  const auto anna = add_user("anna");
  clock_.advance(1s);
  const auto edited = std::get<User>(users().edit(anna, {.name = "Anna", .language = "en", .theme = "dark"}));
  EXPECT_EQ(edited.name, "Anna");
  const auto found = users().find(anna).value();
  EXPECT_EQ(found.name, "Anna");
  EXPECT_EQ(found.language, "en");
  EXPECT_EQ(found.theme, "dark");
  EXPECT_EQ(found.email, "anna@example.org");
  EXPECT_EQ(found.updated_at, now());
  EXPECT_EQ(refusal(users().edit("nobody", {.name = "x"})), UserRefusal::unknown_user);
}

TEST_P(AccountsTest, one_active_administrator_always_stays) {
  const auto anna = add_admin("anna");
  EXPECT_EQ(refusal(users().edit(anna, {.role = Role::user})), UserRefusal::last_admin);
  EXPECT_EQ(refusal(users().edit(anna, {.disabled = true})), UserRefusal::last_admin);
  EXPECT_EQ(users().remove(anna), UserRefusal::last_admin);
  const auto bela = add_admin("bela");
  users().edit(bela, {.disabled = true});
  EXPECT_EQ(users().remove(anna), UserRefusal::last_admin) << "a disabled one does not count";
  users().edit(bela, {.disabled = false});
  EXPECT_EQ(users().remove(anna), std::nullopt);
}

TEST_P(AccountsTest, disabling_ends_sessions_and_rounds) {
  const auto anna = add_due_user("anna");
  const auto session = add_session(anna);
  users().edit(anna, {.disabled = true});
  EXPECT_FALSE(users().find_session(session.token_hash));
  EXPECT_FALSE(row(anna).enabled);
  EXPECT_THAT(claim(), IsEmpty());
}

TEST_P(AccountsTest, a_new_password_ends_every_session) {
  const auto anna = add_user("anna"), bela = add_user("bela");
  const auto mine = add_session(anna), foreign = add_session(bela);
  users().edit(anna, {.password_hash = "new"});
  EXPECT_FALSE(users().find_session(mine.token_hash));
  EXPECT_TRUE(users().find_session(foreign.token_hash));
}

TEST_P(AccountsTest, changes_made_together_are_kept_together_or_not_at_all) {
  const auto anna = add_user("anna");
  const auto session = add_session(anna);
  const auto half = [&] {
    users().edit(anna, {.name = "Anna B.", .password_hash = "new"});
    throw std::runtime_error("in the middle");
  };
  EXPECT_THROW(store().atomically(half), std::runtime_error);
  EXPECT_NE(users().find(anna)->name, "Anna B.");
  EXPECT_TRUE(users().find_session(session.token_hash));
  const auto name = store().atomically([&] {
    users().edit(anna, {.name = "Anna B."});
    return users().find(anna)->name;
  });
  EXPECT_EQ(name, "Anna B.");
  EXPECT_EQ(users().find(anna)->name, "Anna B.");
}

TEST_P(AccountsTest, a_removed_user_takes_everything_with_him) {
  const auto anna = add_due_user("anna");
  const auto monitor = add_monitor(anna, "one");
  const auto session = add_session(anna);
  const auto token = add_token(anna, "script");
  const auto slot = row(anna).next_run_at;
  run_round({domain::Cause::timeout});
  EXPECT_EQ(users().remove(anna), std::nullopt);
  EXPECT_EQ(users().remove(anna), UserRefusal::unknown_user);
  EXPECT_FALSE(users().find(anna));
  EXPECT_FALSE(schedules().find(anna));
  EXPECT_FALSE(users().find_session(session.token_hash));
  EXPECT_FALSE(users().find_token(token.token_hash));
  EXPECT_THAT(monitors().list(anna), IsEmpty());
  EXPECT_THAT(monitors().incidents({.user_id = anna}).items, IsEmpty());
  EXPECT_THAT(monitors().checks({.user_id = anna, .monitor_id = monitor.id}), IsEmpty());
  EXPECT_THAT(monitors().checks_of_round(anna, slot), IsEmpty());
  EXPECT_THAT(rounds(anna), IsEmpty());
  EXPECT_FALSE(monitors().round(anna, slot));
}

// --- lists ---

TEST_P(AccountsTest, lists_users_by_email_page_by_page) {
  for (const auto* name : {"cleo", "anna", "dora", "bela"}) add_user(name);
  EXPECT_THAT(emails({.limit = 3}), ElementsAre("anna@example.org", "bela@example.org", "cleo@example.org"));
  ASSERT_TRUE(cursor_);
  EXPECT_THAT(emails({.after = cursor_, .limit = 3}), ElementsAre("dora@example.org"));
  EXPECT_FALSE(cursor_);
  EXPECT_THAT(emails({.limit = 4}), SizeIs(4));
  EXPECT_FALSE(cursor_) << "a full last page has no next one";
}

TEST_P(AccountsTest, searches_in_email_and_name_and_takes_wildcards_literally) {
  users().create({.email = "anna@example.org", .name = "100% Anna"});
  users().create({.email = "bela@example.org", .name = "B_la!"});
  EXPECT_THAT(emails({.search = "nna@"}), ElementsAre("anna@example.org"));
  EXPECT_THAT(emails({.search = "b_la"}), ElementsAre("bela@example.org"));
  EXPECT_THAT(emails({.search = "%"}), ElementsAre("anna@example.org"));
  EXPECT_THAT(emails({.search = "!"}), ElementsAre("bela@example.org"));
  EXPECT_THAT(emails({.search = "ANNA"}), ElementsAre("anna@example.org"));
  EXPECT_THAT(emails({.search = "'; DROP TABLE User; --"}), IsEmpty());
}

TEST_P(AccountsTest, an_entry_of_the_list_has_schedule_and_monitors) {
  const auto anna = add_user("anna", 17);
  add_monitor(anna, "one");
  add_monitor(anna, "two");
  const auto entry = users().list({}, cursor_).at(0);
  EXPECT_EQ(entry.user.id, anna);
  EXPECT_EQ(entry.schedule.interval_minutes, 17);
  EXPECT_EQ(entry.schedule.next_run_at, row(anna).next_run_at);
  EXPECT_EQ(entry.monitors, 2);
}

// --- credentials ---

TEST_P(AccountsTest, a_session_lives_until_it_expires_or_is_ended) {
  const auto anna = add_user("anna");
  const auto session = add_session(anna, 1h);
  const auto found = users().find_session(session.token_hash).value();
  EXPECT_EQ(found.user_id, anna);
  EXPECT_EQ(found.created_at, session.created_at);
  EXPECT_EQ(found.expires_at, session.expires_at);
  clock_.advance(59min);
  users().touch_session(session.token_hash, now(), now() + 1h);
  clock_.advance(59min);
  EXPECT_EQ(users().find_session(session.token_hash)->seen_at, now() - 59min);
  clock_.advance(1min);
  EXPECT_FALSE(users().find_session(session.token_hash));
  const auto other = add_session(anna);
  users().remove_session(other.token_hash);
  EXPECT_FALSE(users().find_session(other.token_hash));
}

TEST_P(AccountsTest, a_token_is_found_by_its_hash_and_removed_by_its_owner_only) {
  const auto anna = add_user("anna"), bela = add_user("bela");
  const auto token = add_token(anna, "script");
  const auto found = users().find_token(token.token_hash).value();
  EXPECT_EQ(found.id, token.id);
  EXPECT_EQ(found.user_id, anna);
  EXPECT_EQ(found.name, "script");
  EXPECT_TRUE(found.read_only);
  EXPECT_EQ(found.used_at, std::nullopt);
  clock_.advance(1s);
  users().touch_token(token.id, now());
  EXPECT_EQ(users().find_token(token.token_hash)->used_at, now());
  EXPECT_FALSE(users().remove_token(bela, token.id));
  EXPECT_TRUE(users().find_token(token.token_hash));
  EXPECT_TRUE(users().remove_token(anna, token.id));
  EXPECT_FALSE(users().find_token(token.token_hash));
  EXPECT_FALSE(users().remove_token(anna, token.id));
}

TEST_P(AccountsTest, lists_the_tokens_of_their_owner_newest_first) {
  const auto anna = add_user("anna"), bela = add_user("bela");
  add_token(anna, "old");
  add_token(bela, "foreign");
  clock_.advance(1s);
  add_token(anna, "new");
  std::vector<std::string> names;
  for (const auto& token : users().tokens(anna)) names.push_back(token.name);
  EXPECT_THAT(names, ElementsAre("new", "old"));
}

TEST_P(AccountsTest, logs_are_kept_with_their_time) {
  users().log_audit({"cli", "user.create", "target", "127.0.0.1", R"({"a":1})"});
  users().log_dispatch({"cron", "dispatch", 3, 4, 5ms, "trouble"});
  EXPECT_EQ(database_->count(
                "MonitorAuditLog WHERE actor = 'cli' AND action = 'user.create' AND target = 'target' AND "
                "address = '127.0.0.1' AND detail = '{\"a\":1}' AND at = " +
                database_->literal(now())),
            1);
  EXPECT_EQ(
      database_->count("MonitorDispatchLog WHERE source = 'cron' AND mode = 'dispatch' AND claimed = 3 AND "
                       "remaining = 4 AND duration = 5 AND error = 'trouble' AND at = " +
                       database_->literal(now())),
      1);
}

}  // namespace
}  // namespace watchbill::contract
