// TLS to a database server: what passes, and what the operator is told when it does not.
#include "store/testing/mysql_fixture.h"
#include "tests/support/certificates.h"

namespace watchbill::store {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class MysqlTlsTest : public testing::MysqlFixture {
 protected:
  MysqlTlsTest() : MysqlFixture(tls_server()) {}

  static const support::Certificates& certificates() {
    static const support::Certificates certificates;
    return certificates;
  }
  static support::MariaDbServer& tls_server() {
    static support::MariaDbServer server(
        {"--innodb-flush-log-at-trx-commit=0", "--ssl-ca=" + certificates().ca(),
         "--ssl-cert=" + certificates().certificate(), "--ssl-key=" + certificates().key()});
    return server;
  }
  static std::string with_ca() { return "?ssl_ca=" + certificates().ca(); }
  static std::string cipher(const std::string& url) {
    Database database({.url = url});
    return database
        .query<std::string>(
            "SELECT variable_value FROM information_schema.session_status WHERE variable_name = 'SSL_CIPHER'")
        .value();
  }
  // What somebody reads who gave this URL.
  static std::string refusal(const std::string& url) {
    try {
      cipher(url);
    } catch (const AccessRefused& e) {
      return e.what();
    } catch (const std::exception& e) {
      ADD_FAILURE() << "not as a refusal: " << e.what();
    }
    return "opened";
  }
};

TEST_F(MysqlTlsTest, an_authority_of_ones_own_is_named) {
  EXPECT_THAT(cipher(url(with_ca())), Not(IsEmpty()));
  EXPECT_THAT(cipher(url("?sslaccept=strict&sslcert=" + certificates().ca())), Not(IsEmpty()));
}

TEST_F(MysqlTlsTest, a_name_is_verified_like_an_address) {
  auto by_name = url(with_ca());
  by_name.replace(by_name.find("127.0.0.1"), 9, "localhost");
  EXPECT_THAT(cipher(by_name), Not(IsEmpty()));
}

TEST_F(MysqlTlsTest, verification_can_be_switched_off_and_tls_too) {
  EXPECT_THAT(cipher(url("?sslmode=required")), Not(IsEmpty()));
  EXPECT_THAT(cipher(url("?sslaccept=accept_invalid_certs")), Not(IsEmpty()));
  EXPECT_THAT(cipher(url()), IsEmpty());
  EXPECT_THAT(cipher(url("?sslmode=disabled")), IsEmpty());
}

TEST_F(MysqlTlsTest, an_authority_that_nobody_knows_is_told) {
  const support::Certificates others;
  for (const auto& parameters : {std::string("?sslmode=verify"), "?ssl_ca=" + others.ca()})
    EXPECT_THAT(refusal(url(parameters)),
                AllOf(HasSubstr("TLS with the database server fails: "),
                      HasSubstr("certificate in certificate chain (ssl_ca=FILE names the authority")));
}

TEST_F(MysqlTlsTest, another_name_is_told) {
  auto other_name = url(with_ca());
  other_name.replace(other_name.find("127.0.0.1"), 9, "0.0.0.0");
  EXPECT_THAT(refusal(other_name), HasSubstr("TLS with the database server fails: "));
}

TEST_F(MysqlTlsTest, a_server_without_tls_is_told) {
  for (const auto* mode : {"required", "verify"})
    EXPECT_THAT(refusal(testing::shared_server().url("mysql?sslmode=") + mode),
                HasSubstr("TLS is asked for, and the database server has none"));
}

TEST_F(MysqlTlsTest, a_file_that_cannot_be_read_is_told) {
  EXPECT_THAT(refusal(url("?ssl_ca=/no/such/file")),
              HasSubstr("the file \"/no/such/file\" for TLS cannot be read"));
  EXPECT_THAT(refusal(url(with_ca() + "&ssl_client_cert=/no/cert&ssl_client_key=/no/key")),
              HasSubstr("\"/no/cert\""));
  EXPECT_THAT(refusal(url("?ssl_ca=" + certificates().key())), HasSubstr("no certificate or crl found"));
}

TEST_F(MysqlTlsTest, a_client_certificate_is_shown) {
  admin_.execute(
      "CREATE OR REPLACE USER known@'%' IDENTIFIED BY 'known' REQUIRE X509; GRANT ALL ON test.* TO "
      "known@'%'");
  const auto known = "mysql://known:known@127.0.0.1:" + std::to_string(server_.port()) + "/test" + with_ca();
  EXPECT_THAT(refusal(known), HasSubstr("Access denied for user 'known'"));
  EXPECT_THAT(cipher(known + "&ssl_client_cert=" + certificates().certificate() +
                     "&ssl_client_key=" + certificates().key()),
              Not(IsEmpty()));
}

TEST_F(MysqlTlsTest, a_connection_that_was_lost_is_made_again) {
  Database database({.url = url(with_ca())});
  Schedules schedules(database);
  add_due_users(1);
  kill_connections();
  EXPECT_THAT(claim(schedules), SizeIs(1));
}

TEST_F(MysqlTlsTest, a_server_that_hangs_is_unavailable_in_time) {
  Database database({.url = url(with_ca() + "&socket_timeout=1&connect_timeout=1"), .busy_timeout = 100ms});
  Schedules schedules(database);
  add_due_users(1);
  const base::SystemClock clock;
  for (int time = 0; time < 2; ++time) {
    server_.pause();
    const auto began = clock.monotonic_now();
    EXPECT_THROW(schedules.count_due(1), Unavailable);
    EXPECT_THROW(schedules.count_due(1), Unavailable) << "and no new connection is to be had";
    EXPECT_LT(clock.monotonic_now() - began, 5s);
    server_.resume();
    EXPECT_EQ(schedules.count_due(1), 1);
  }
}

}  // namespace
}  // namespace watchbill::store
