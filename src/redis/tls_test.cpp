// TLS: what passes, and what the operator is told when it does not.
#include "redis/testing/redis_fixture.h"
#include "tests/support/certificates.h"

namespace watchbill::redis {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using namespace testing;

class TlsTest : public RedisFixture {
 protected:
  std::string tls_url(const std::string& rest, const std::string& host = "127.0.0.1") const {
    return "rediss://" + host + ":" + std::to_string(tls_port_) + rest;
  }

  support::Certificates certificates_;
  std::uint16_t tls_port_ = support::free_port();
  support::RedisServer server_{certificates_.server_arguments(tls_port_)};
};

TEST_F(TlsTest, an_authority_of_ones_own_is_named) {
  use(tls_url("?ca=" + certificates_.ca()));
  EXPECT_EQ(ask("SET", "a", std::string(1 << 20, 'x')), "OK");
  EXPECT_EQ(ask("STRLEN", "a"), "1048576");
}

TEST_F(TlsTest, a_name_is_verified_like_an_address) {
  use(tls_url("?ca=" + certificates_.ca(), "localhost"));
  EXPECT_EQ(ask("PING"), "PONG");
}

TEST_F(TlsTest, verification_can_be_switched_off) {
  use(tls_url("?verify=no"));
  EXPECT_EQ(ask("PING"), "PONG");
}

TEST_F(TlsTest, a_client_certificate_is_shown) {
  server_.ask("CONFIG", "SET", "tls-auth-clients", "yes");
  use(tls_url("?ca=" + certificates_.ca()));
  EXPECT_THAT(problem(), HasSubstr("closes the connection before it answers"));
  reactor_.run(client_->stop());
  use(tls_url("?ca=" + certificates_.ca() + "&cert=" + certificates_.certificate() +
              "&key=" + certificates_.key()));
  EXPECT_EQ(ask("PING"), "PONG");
}

TEST_F(TlsTest, an_authority_that_nobody_knows_is_told) {
  use(tls_url(""));
  EXPECT_THAT(problem(), AllOf(HasSubstr("the certificate of 127.0.0.1:"), HasSubstr(" is not trusted: "),
                               HasSubstr("ca=FILE names its authority")));
}

TEST_F(TlsTest, another_name_is_told) {
  use(tls_url("?sni=example.com&ca=" + certificates_.ca()));
  EXPECT_THAT(problem(),
              AllOf(HasSubstr("is not trusted: "), HasSubstr("mismatch"), HasSubstr("sni=NAME its name")));
}

TEST_F(TlsTest, a_file_that_cannot_be_read_is_told) {
  use(tls_url("?ca=/no/such/file"));
  EXPECT_THAT(problem(), HasSubstr("TLS: the CA file \"/no/such/file\" cannot be used: "));
  reactor_.run(client_->stop());
  use(tls_url("?ca=" + certificates_.ca() + "&cert=" + certificates_.certificate() + "&key=/no/key"));
  EXPECT_THAT(problem(), HasSubstr("TLS: the key file \"/no/key\" cannot be used: "));
}

TEST_F(TlsTest, tls_against_a_plain_port_is_told) {
  auto options = parse_url("rediss://127.0.0.1:" + std::to_string(server_.port()));
  options.connect_timeout = base::Millis(1000);
  use(options);
  EXPECT_THAT(problem(),
              HasSubstr("within 1000 ms: it did not finish the TLS handshake (is this its TLS port?)"));
}

TEST_F(TlsTest, plain_against_a_tls_port_is_told) {
  use("redis://127.0.0.1:" + std::to_string(tls_port_));
  EXPECT_THAT(problem(), HasSubstr("(is this port for TLS? then rediss://)"));
}

TEST_F(TlsTest, a_connection_that_was_lost_is_made_again) {
  use(tls_url("?ca=" + certificates_.ca()));
  EXPECT_EQ(ask("PING"), "PONG");
  server_.kill();
  reactor_.run_until([this] { return !client_->status().connected; });
  server_.start();
  EXPECT_EQ(ask("PING"), "PONG");
}

TEST_F(TlsTest, stop_does_not_wait_for_a_handshake_that_hangs) {
  server_.pause();
  use(tls_url("?ca=" + certificates_.ca()));
  const Command ping("PING");
  const auto waiting = begin(ping, 20000);
  reactor_.run_ready();
  const auto begun = clock_.monotonic_now();
  reactor_.run(client_->stop());
  EXPECT_TRUE(end(waiting).error);
  EXPECT_LT(clock_.monotonic_now() - begun, base::Millis(2000));
  server_.resume();
}

}  // namespace
}  // namespace watchbill::redis
