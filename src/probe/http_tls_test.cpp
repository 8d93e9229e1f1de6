#include "probe/testing/certificates.h"
#include "probe/testing/probe_fixture.h"

namespace watchbill::probe {
namespace {

using namespace std::chrono_literals;
using domain::Cause;
using domain::Phase;
using nlohmann::json;
using namespace testing;

class HttpTlsTest : public ProbeFixture {
 protected:
  HttpTlsTest() { options_.ca_file = authority_.file(); }

  domain::Finding get_with(const CertificateWish& wish, json more = json::object(),
                           const std::string& host = "127.0.0.1") {
    ScriptedServer server(reactor_, respond("200 OK", "secure"), authority_.server(wish));
    return get("https://" + host + ":" + std::to_string(server.port()) + "/", std::move(more));
  }

  Authority authority_;
};

TEST_F(HttpTlsTest, a_trusted_certificate_is_up_and_its_days_are_counted) {
  const auto finding = get_with({.valid_to_days = 30});
  EXPECT_EQ(finding.cause, Cause::ok) << finding.detail;
  EXPECT_EQ(finding.certificate_days_left, 30);
  ASSERT_TRUE(finding.times.connect && finding.times.tls && finding.times.first_byte);
  EXPECT_GT(finding.times.tls->count(), 0);
  EXPECT_GE(finding.times.total, *finding.times.connect + *finding.times.tls + *finding.times.first_byte);
}

TEST_F(HttpTlsTest, a_certificate_that_ends_soon_is_down_before_it_ends) {
  const auto finding = get_with({.valid_to_days = 13}, {{"certificateWarningDays", 14}});
  EXPECT_EQ(finding.cause, Cause::certificate_expiring);
  EXPECT_EQ(finding.phase, Phase::assertion);
  EXPECT_EQ(finding.detail, "the certificate expires in 13 days, wanted are 14 or more");
  EXPECT_EQ(get_with({.valid_to_days = 14}, {{"certificateWarningDays", 14}}).cause, Cause::ok);
}

TEST_F(HttpTlsTest, certificates_that_prove_nothing_are_invalid_and_still_read) {
  const struct {
    const char* what;
    CertificateWish wish;
    int days_left;
    const char* detail;
  } rows[] = {
      {"expired",
       {.valid_from_days = -30, .valid_to_days = -2},
       -2,
       "the certificate is not accepted: certificate has expired"},
      {"not yet valid",
       {.valid_from_days = 2},
       30,
       "the certificate is not accepted: certificate is not yet valid"},
      {"self-signed", {.self_signed = true}, 30, "the certificate is not accepted: self-signed certificate"},
      {"another name",
       {.name = "DNS:other.test"},
       30,
       "SSL: no alternative certificate subject name matches target host name '127.0.0.1'"},
  };
  for (const auto& row : rows) {
    const auto finding = get_with(row.wish);
    EXPECT_EQ(finding.cause, Cause::certificate_invalid) << row.what << ": " << finding.detail;
    EXPECT_EQ(finding.phase, Phase::tls) << row.what;
    EXPECT_EQ(finding.detail, row.detail) << row.what;
    EXPECT_EQ(finding.certificate_days_left, row.days_left) << row.what;
    EXPECT_FALSE(finding.http_status) << row.what;

    const auto trusting = get_with(row.wish, {{"verifyTls", false}});
    EXPECT_EQ(trusting.cause, Cause::ok) << row.what << ": " << trusting.detail;
    EXPECT_EQ(trusting.certificate_days_left, row.days_left) << row.what;
  }
}

TEST_F(HttpTlsTest, the_name_in_the_url_is_what_the_certificate_must_show) {
  dns_.set("xn--bcher-kva.test", {.addresses = {"127.0.0.1"}});
  EXPECT_EQ(get_with({.name = "DNS:xn--bcher-kva.test"}, json::object(), "bücher.test").cause, Cause::ok);
  EXPECT_EQ(get_with({.name = "IP:127.0.0.1"}, json::object(), "bücher.test").cause,
            Cause::certificate_invalid);
}

TEST_F(HttpTlsTest, an_authority_unknown_to_the_operator_is_not_trusted) {
  const Authority stranger;
  ScriptedServer server(reactor_, respond("200 OK"), stranger.server({}));
  const auto finding = get(server.url());
  EXPECT_EQ(finding.cause, Cause::certificate_invalid);
  EXPECT_EQ(finding.detail, "the certificate is not accepted: unable to get local issuer certificate");
}

TEST_F(HttpTlsTest, a_broken_handshake_is_told_from_a_bad_certificate) {
  const struct {
    const char* what;
    Script script;
    Cause cause;
  } rows[] = {
      {"plain HTTP", {say("HTTP/1.1 400 Bad Request\r\n\r\n"), hold()}, Cause::tls_failed},
      {"closed", {}, Cause::tls_failed},
      {"reset", {take(), break_off()}, Cause::tls_failed},
      {"an alert", {say(std::string("\x15\x03\x03\x00\x02\x02\x28", 7)), hold()}, Cause::tls_failed},
      {"noise", {flood("\xff\xfe\xfd")}, Cause::tls_failed},
      {"silence", {hold()}, Cause::timeout},
      {"a dripped record",
       {drip(std::string("\x16\x03\x03\x40\x00", 5) + std::string(1000, 'x'))},
       Cause::timeout},
  };
  for (const auto& row : rows) {
    ScriptedServer server(reactor_, row.script);
    const auto begun = clock_.monotonic_now();
    const auto finding =
        get("https://127.0.0.1:" + std::to_string(server.port()) + "/", {{"timeoutMs", 300}});
    EXPECT_LT(clock_.monotonic_now() - begun, 550ms) << row.what;
    EXPECT_EQ(finding.cause, row.cause) << row.what << ": " << finding.detail;
    EXPECT_EQ(finding.phase, Phase::tls) << row.what;
    EXPECT_FALSE(finding.certificate_days_left) << row.what;
  }
}

TEST_F(HttpTlsTest, a_handshake_has_a_limit_of_its_own) {
  options_.limits.tls = 100ms;
  ScriptedServer server(reactor_, {hold()});
  const auto finding = get("https://127.0.0.1:" + std::to_string(server.port()) + "/");
  EXPECT_EQ(finding.cause, Cause::timeout);
  EXPECT_EQ(finding.detail, "TLS handshake not finished within 100 ms");
}

TEST_F(HttpTlsTest, a_connection_cut_off_within_the_answer_is_a_reset) {
  ScriptedServer server(reactor_, answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
                        authority_.server({}));
  const auto finding = get(server.url());
  EXPECT_EQ(finding.cause, Cause::connection_reset);
  EXPECT_EQ(finding.phase, Phase::body);
}

TEST_F(HttpTlsTest, days_left_are_the_fewest_on_the_way) {
  ScriptedServer last(reactor_, respond("200 OK"), authority_.server({.valid_to_days = 50}));
  ScriptedServer first(reactor_, redirect_to(last.url()), authority_.server({.valid_to_days = 20}));
  EXPECT_EQ(get(first.url()).certificate_days_left, 20);
}

TEST_F(HttpTlsTest, without_trusted_authorities_nothing_is_measured) {
  options_.ca_file = "/nonexistent/ca.pem";
  const auto finding = get_with({});
  EXPECT_EQ(finding.verdict, domain::Verdict::unknown) << finding.detail;
}

}  // namespace
}  // namespace watchbill::probe
