// What no client may send: the server answers with the right refusal, closes, and goes on serving others.
#include <gtest/gtest.h>

#include <random>

#include "http/test_client.h"
#include "http/test_server.h"

namespace watchbill::http {
namespace {

using std::string_literals::operator""s;

struct Hostile {
  const char* name;
  std::string bytes;
  int status;
};

void PrintTo(const Hostile& input, std::ostream* out) { *out << input.name; }

// A request with these lines after the Host field.
std::string with(const std::string& lines) { return "POST / HTTP/1.1\r\nHost: a\r\n" + lines; }
std::string chunked(const std::string& body) { return with("Transfer-Encoding: chunked\r\n\r\n" + body); }

const std::vector<Hostile> kCorpus = {
    // Two lengths: which one counts?
    {"length_and_chunks", with("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400},
    {"chunks_and_length", with("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"), 400},
    {"two_lengths", with("Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), 400},
    {"two_equal_lengths", with("Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"), 400},
    {"list_of_lengths", with("Content-Length: 3, 3\r\n\r\nabc"), 400},
    {"negative_length", with("Content-Length: -1\r\n\r\n"), 400},
    {"signed_length", with("Content-Length: +3\r\n\r\nabc"), 400},
    {"hex_length", with("Content-Length: 0x3\r\n\r\nabc"), 400},
    {"empty_length", with("Content-Length:\r\n\r\n"), 400},
    {"spaced_length", with("Content-Length: 1 0\r\n\r\n"), 400},
    {"length_beyond_64_bits", with("Content-Length: 18446744073709551617\r\n\r\na"), 400},
    {"quoted_length", with("Content-Length: \"3\"\r\n\r\nabc"), 400},
    // Codings that another parser may not know or know differently.
    {"unknown_coding", with("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), 400},
    {"identity_coding", with("Transfer-Encoding: identity\r\n\r\n"), 400},
    {"gzip_and_chunked", with("Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 400},
    {"chunked_twice", with("Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"), 400},
    {"two_codings", with("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"), 400},
    {"coding_with_parameter", with("Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n"), 400},
    {"coding_with_vertical_tab", with("Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n"), 400},
    {"chunks_in_1_0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    // Lines.
    {"bare_lf_everywhere", "GET / HTTP/1.1\nHost: a\n\n", 400},
    {"bare_lf_in_header", "GET / HTTP/1.1\r\nHost: a\nX: 1\r\n\r\n", 400},
    {"bare_lf_at_the_end", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
    {"bare_cr", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\rY: 2\r\n\r\n", 400},
    {"two_crs", "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", 400},
    {"folded_value", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n", 400},
    {"folded_with_tab", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n\t2\r\n\r\n", 400},
    {"folded_empty_value", "GET / HTTP/1.1\r\nHost: a\r\nX:\r\n \r\n\r\n", 400},
    {"space_before_first_field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
    {"space_before_colon", with("Content-Length : 3\r\n\r\nabc"), 400},
    {"tab_before_colon", with("Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n"), 400},
    {"no_colon", with("Nonsense\r\n\r\n"), 400},
    {"no_name", with(": value\r\n\r\n"), 400},
    {"nul_in_name", with("X\0Y: 1\r\n\r\n"s), 400},
    {"nul_in_value", with("X: 1\0\r\n\r\n"s), 400},
    {"escape_in_value", with("X: \x1b[2J\r\n\r\n"), 400},
    {"non_ascii_name", with("X\xc3\xa9: 1\r\n\r\n"), 400},
    // Request lines.
    {"http_0_9", "GET /\r\n", 400},
    {"version_in_lower_case", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
    {"version_with_three_digits", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400},
    {"other_protocol", "GET / ICAP/1.0\r\nHost: a\r\n\r\n", 400},
    {"http_2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    {"http_1_2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
    {"tls", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, 400},
    {"space_in_target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"two_spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"leading_space", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"tab_for_space", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"no_method", "/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"method_with_colon", "GE:T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"many_empty_lines", "\r\n\r\n\r\n\r\n\r\n\r\n\r\n", 400},
    // Targets.
    {"relative_target", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"other_scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"absolute_without_host", "GET http:///a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"absolute_with_user", "GET http://u:p@a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"star_for_get", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"connect", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"broken_escape", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"cut_escape", "GET /%2 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"broken_escape_in_query", "GET /?a=% HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"raw_non_ascii", "GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"encoded_slash", "GET /a%2Fb HTTP/1.1\r\nHost: a\r\n\r\n", 404},
    {"encoded_nul", "GET /a%00 HTTP/1.1\r\nHost: a\r\n\r\n", 404},
    {"encoded_line_break", "GET /a%0d%0aSet-Cookie:b HTTP/1.1\r\nHost: a\r\n\r\n", 404},
    {"invalid_utf8", "GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n", 404},
    {"dot_segments", "GET /../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", 404},
    {"encoded_dot_segments", "GET /%2e%2e/etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", 404},
    {"dots_and_encoded_slash", "GET /..%2fetc HTTP/1.1\r\nHost: a\r\n\r\n", 404},
    {"backslash", "GET /..\\etc HTTP/1.1\r\nHost: a\r\n\r\n", 404},
    {"other_authority_as_path", "GET //evil.example/ HTTP/1.1\r\nHost: a\r\n\r\n", 404},
    // Hosts.
    {"no_host", "GET / HTTP/1.1\r\n\r\n", 400},
    {"two_hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
    {"empty_host_list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
    {"host_with_path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    {"host_with_markup", "GET / HTTP/1.1\r\nHost: <script>\r\n\r\n", 400},
    {"host_with_bad_port", "GET / HTTP/1.1\r\nHost: a:http\r\n\r\n", 400},
    // Chunks.
    {"negative_chunk", chunked("-1\r\na\r\n0\r\n\r\n"), 400},
    {"signed_chunk", chunked("+1\r\na\r\n0\r\n\r\n"), 400},
    {"chunk_beyond_64_bits", chunked("10000000000000000\r\n"), 400},
    {"huge_chunk", chunked("fffffffffffffff0\r\n"), 413},
    {"hex_prefix", chunked("0x1\r\na\r\n0\r\n\r\n"), 400},
    {"empty_chunk_size", chunked("\r\na\r\n"), 400},
    {"chunk_longer_than_it_says", chunked("1\r\nab\r\n0\r\n\r\n"), 400},
    {"chunk_without_line_end", chunked("1\r\naX0\r\n\r\n"), 400},
    {"chunk_size_with_bare_lf", chunked("1\na\r\n0\r\n\r\n"), 400},
    {"chunk_size_with_space", chunked("1 \r\na\r\n0\r\n\r\n"), 400},
    {"chunk_extension_with_bare_cr", chunked("1;a\rb\r\na\r\n0\r\n\r\n"), 400},
    {"endless_chunk_size", chunked(std::string(10'000, '0')), 400},
    {"endless_extension", chunked("1;" + std::string(20'000, 'x')), 400},
    {"endless_trailer", chunked("0\r\n" + std::string(20'000, 'x')), 400},
    {"length_in_trailer", chunked("0\r\nContent-Length: 5\r\n\r\n"), 400},
    // Sizes.
    {"long_target", "GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
    {"endless_target", "GET /" + std::string(9'000, 'a'), 414},
    {"long_value", with("X: " + std::string(33'000, 'a') + "\r\n\r\n"), 431},
    {"endless_value", with("X: " + std::string(40'000, 'a')), 431},
    {"many_fields",
     with([] {
       std::string lines;
       for (int i = 0; i < 100; ++i) lines += "X-" + std::to_string(i) + ": 1\r\n";
       return lines;
     }()) +
         "\r\n",
     431},
    {"large_body", with("Content-Length: 1048577\r\n\r\n"), 413},
    {"large_chunk", chunked("100001\r\n"), 413},
    {"many_small_chunks", chunked([] {
       std::string chunks;
       while (chunks.size() < 1'500'000) chunks += "1;" + std::string(100, 'x') + "\r\na\r\n";
       return chunks;
     }()),
     413},
    {"endless_chunks", chunked([] {
       std::string chunks;
       for (int i = 0; i < 80; ++i) chunks += "4000\r\n" + std::string(0x4000, 'a') + "\r\n";
       return chunks;
     }()),
     413},
    // What we do not do.
    {"gzip_body", with("Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"), 415},
    {"unknown_expectation", with("Expect: miracles\r\nContent-Length: 3\r\n\r\nabc"), 417},
};

class HostileInput : public testing::TestWithParam<Hostile> {};

TEST_P(HostileInput, is_refused_and_ends_the_connection) {
  TestServer server({}, echo);
  TestClient client(server.port());
  const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
  const bool open_ended = !GetParam().bytes.ends_with("\r\n");
  client.send(GetParam().bytes + (open_ended ? "" : smuggled));
  const auto answer = client.read();
  EXPECT_EQ(answer.status, GetParam().status) << answer.head;
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(answer.body.ends_with(")\n")) << answer.body;
  client.shut_down_sending();
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(server.stats().requests, 0u);
  EXPECT_EQ(TestClient(server.port()).ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status, 200);
}

INSTANTIATE_TEST_SUITE_P(Corpus, HostileInput, testing::ValuesIn(kCorpus),
                         [](const auto& test) { return std::string(test.param.name); });

// The neighbours of the corpus that are fine: a server that refused everything would pass it.
TEST(HonestInput, is_served) {
  std::string fields;
  for (int i = 0; i < 99; ++i) fields += "X-" + std::to_string(i) + ": 1\r\n";
  const std::vector<std::string> requests = {
      with("Content-Length: 3\r\n\r\nabc"),
      with("content-length:3\r\n\r\nabc"),
      with("Transfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
      chunked("003;a=b\r\nabc\r\n0\r\nX: 1\r\n\r\n"),
      with("X:\r\nX: \t \r\nContent-Length: 0\r\n\r\n"),
      with("X: \xc3\xa9\r\nContent-Length: 0\r\n\r\n"),
      with(fields + "\r\n"),
      with("Content-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc"),
      "GET /" + std::string(8'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /%E4%BD%A0?q=%E5%A5%BD+%26 HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
      "GET HTTP://a:80/x HTTP/1.1\r\nHost: b\r\n\r\n",
      "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
      "BREW / HTTP/1.1\r\nHost: a\r\n\r\n",
  };
  TestServer server({}, echo);
  TestClient client(server.port());
  for (const auto& request : requests) EXPECT_EQ(client.ask(request).status, 200) << request.substr(0, 200);
}

// Any damage to a request is answered or ends the connection; it never hangs and never ends the server.
TEST(DamagedInput, is_answered_or_dropped) {
  std::mt19937 random(20'250'101);
  const auto any = [&](std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
  };
  const std::string pieces = "\r\n\0 \t:;,%/?#=0fF9\xff"s;
  TestServer server({}, echo);
  for (int round = 0; round < 3'000; ++round) {
    auto bytes = round % 4 == 0 ? "GET /a/b?c=d%20e HTTP/1.1\r\nHost: a\r\nCookie: x=y\r\n\r\n"s
                                : kCorpus[any(kCorpus.size())].bytes;
    if (bytes.size() > 500) continue;
    for (auto damages = any(4); damages-- > 0;) {
      const auto at = any(bytes.size());
      switch (any(3)) {
        case 0:
          bytes[at] = pieces[any(pieces.size())];
          break;
        case 1:
          bytes.insert(at, 1, pieces[any(pieces.size())]);
          break;
        default:
          bytes.erase(at, any(4));
          break;
      }
      if (bytes.empty()) bytes = "x";
    }
    TestClient client(server.port());
    client.send(bytes);
    client.shut_down_sending();
    client.read_to_end();
  }
  EXPECT_EQ(TestClient(server.port()).ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status, 200);
}

}  // namespace
}  // namespace watchbill::http
