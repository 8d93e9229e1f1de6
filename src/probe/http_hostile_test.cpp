// Targets that mean harm or are broken: the slot is free at the deadline, memory stays flat.
#include <sys/resource.h>
#include <zlib.h>

#include <fstream>

#include "probe/testing/probe_fixture.h"
#include "probe/testing/stop.h"

namespace watchbill::probe {
namespace {

using namespace std::chrono_literals;
using domain::Cause;
using domain::Phase;
using nlohmann::json;
using namespace testing;

constexpr std::chrono::milliseconds kSlack{250};

long resident_kib() {
  std::ifstream statm("/proc/self/statm");
  long pages = 0, resident = 0;
  statm >> pages >> resident;
  return resident * 4;
}

class HostileTargetTest : public ProbeFixture {
 protected:
  // The address sanitizer keeps what was freed, to see who still uses it.
  void expect_flat_memory(long before_kib, long most_kib) {
#ifndef __SANITIZE_ADDRESS__
    EXPECT_LT(resident_kib() - before_kib, most_kib);
#else
    (void)before_kib, (void)most_kib;
#endif
  }

  // Ends within `deadline` and a little, with nothing left open at the target.
  domain::Finding endure(Script script, json more, base::Millis deadline) {
    ScriptedServer server(reactor_, std::move(script));
    const auto begun = clock_.monotonic_now();
    const auto finding = get(server.url(), std::move(more));
    EXPECT_LT(clock_.monotonic_now() - begun, deadline + kSlack);
    reactor_.run_until([&] { return server.open() == 0; });
    return finding;
  }
};

// 64 MiB of zeros in 64 KiB.
std::string gzip_bomb() {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
  std::string zeros(1 << 20, '\0'), bomb, out(1 << 16, '\0');
  for (int i = 0; i <= 64; ++i) {
    stream.next_in = reinterpret_cast<Bytef*>(zeros.data());
    stream.avail_in = i < 64 ? static_cast<uInt>(zeros.size()) : 0;
    do {
      stream.next_out = reinterpret_cast<Bytef*>(out.data());
      stream.avail_out = static_cast<uInt>(out.size());
      deflate(&stream, i < 64 ? Z_NO_FLUSH : Z_FINISH);
      bomb.append(out, 0, out.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  }
  deflateEnd(&stream);
  return bomb;
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// Stored blocks of no length for ever: a stream that unpacks to nothing.
std::string empty_blocks(std::size_t size) {
  std::string stream("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
  while (stream.size() < size) stream.append("\0\0\0\xff\xff", 5);
  return stream;
}

TEST_F(HostileTargetTest, the_whole_check_ends_at_its_deadline) {
  const std::string slow(100000, 'x');
  const struct {
    const char* what;
    Script script;
    Phase phase;
    const char* detail;
  } rows[] = {
      {"accepts and never reads", {hold()}, Phase::first_byte, "no reply within 300 ms"},
      {"reads and never answers", {read_request(), hold()}, Phase::first_byte, "no reply within 300 ms"},
      {"drips its status line",
       {read_request(), drip("HTTP/1.1 200 OK" + slow)},
       Phase::body,
       "answer not complete within 300 ms"},
      {"drips headers",
       {read_request(), say("HTTP/1.1 200 OK\r\n"), drip("X-Slow: " + slow)},
       Phase::body,
       "answer not complete within 300 ms"},
      {"drips its body",
       {read_request(), say("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"), drip(slow)},
       Phase::body,
       "answer not complete within 300 ms"},
      {"stops within the body",
       {read_request(), say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), hold()},
       Phase::body,
       "answer not complete within 300 ms"},
  };
  for (const auto& row : rows) {
    const auto finding = endure(row.script, {{"timeoutMs", 300}}, 300ms);
    EXPECT_EQ(finding.cause, Cause::timeout) << row.what << ": " << finding.detail;
    EXPECT_EQ(finding.phase, row.phase) << row.what;
    EXPECT_EQ(finding.detail, row.detail) << row.what;
    EXPECT_EQ(finding.verdict, domain::Verdict::down) << row.what;
    EXPECT_GE(finding.times.total, 300ms) << row.what;
  }
}

TEST_F(HostileTargetTest, a_phase_may_end_before_the_whole) {
  options_.limits.first_byte = 100ms;
  const auto finding = endure({read_request(), hold()}, {{"timeoutMs", 5000}}, 100ms);
  EXPECT_EQ(finding.cause, Cause::timeout);
  EXPECT_EQ(finding.detail, "no reply within 100 ms");
}

TEST_F(HostileTargetTest, a_body_within_its_time_is_not_held_to_the_first_bytes_limit) {
  options_.limits.first_byte = 100ms;
  const auto finding =
      endure({read_request(), say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"), drip("0123456789")},
             {{"timeoutMs", 5000}}, 400ms);
  EXPECT_EQ(finding.cause, Cause::ok) << finding.detail;
}

TEST_F(HostileTargetTest, endless_answers_are_cut_off_with_flat_memory) {
  const std::string block(64 * 1024, 'x');
  const std::string chunk = "10000\r\n" + block + "\r\n";
  const json keyword = {{"keyword", {{"text", "never"}}}};
  const struct {
    const char* what;
    Script script;
    json config;
    Cause cause;
  } rows[] = {
      {"gigabytes",
       {read_request(), say("HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n"), flood(block)},
       keyword,
       Cause::too_large},
      {"endless chunks",
       {read_request(), say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), flood(chunk)},
       keyword,
       Cause::too_large},
      {"no length at all",
       {read_request(), say("HTTP/1.1 200 OK\r\n\r\n"), flood(block)},
       keyword,
       Cause::too_large},
      {"endless headers",
       {read_request(), say("HTTP/1.1 200 OK\r\n"), flood("X-Header: " + block.substr(0, 1000) + "\r\n")},
       json::object(),
       Cause::too_large},
      {"an endless header line",
       {read_request(), say("HTTP/1.1 200 OK\r\nX-Header: "), flood(block)},
       json::object(),
       Cause::too_large},
      {"an endless status line",
       {read_request(), say("HTTP/1.1 200 "), flood(block)},
       json::object(),
       Cause::too_large},
      {"endless interim answers",
       {read_request(), flood("HTTP/1.1 100 Continue\r\n\r\n")},
       json::object(),
       Cause::too_large},
      {"endless trailers",
       {read_request(), say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"),
        flood("X: " + block.substr(0, 1000) + "\r\n")},
       json::object(),
       Cause::too_large},
      {"an endless chunk extension",
       {read_request(), say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x="), flood(block)},
       json::object(),
       Cause::too_large},
      {"an endless chunk extension in an answer to be searched",
       {read_request(), say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x="), flood(block)},
       keyword,
       Cause::too_large},
      {"gigabytes that unpack to nothing",
       {read_request(), say("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + empty_blocks(10)),
        flood(empty_blocks(block.size()).substr(10))},
       keyword,
       Cause::too_large},
  };
  for (const auto& row : rows) endure(row.script, row.config, 5000ms);  // buffers of the process itself
  const auto before = resident_kib();
  for (const auto& row : rows)
    for (int i = 0; i < 5; ++i) {
      const auto finding = endure(row.script, row.config, 5000ms);
      EXPECT_EQ(finding.cause, row.cause)
          << row.what << ": " << to_string(finding.cause) << ' ' << finding.detail;
    }
  expect_flat_memory(before, 3 * 1024);
}

TEST_F(HostileTargetTest, a_gzip_bomb_is_stopped_at_the_cap) {
  const auto bomb = gzip_bomb();
  const auto script = respond("200 OK", bomb, "Content-Encoding: gzip\r\n");
  const json keyword = {{"keyword", {{"text", "never"}}}};
  endure(script, keyword, 5000ms);
  const auto before = resident_kib();
  const auto finding = endure(script, keyword, 5000ms);
  EXPECT_EQ(finding.cause, Cause::too_large);
  EXPECT_EQ(finding.detail, "the keyword is not in the first 1024 KiB of the answer, which is larger");
  expect_flat_memory(before, 2 * 1024);
}

TEST_F(HostileTargetTest, codings_stacked_on_each_other_are_refused_before_any_is_undone) {
  // A few KiB: 64 MiB of blocks that are nothing at all.
  const auto nothing = gzip(gzip(empty_blocks(64 << 20)));
  const json keyword = {{"keyword", {{"text", "x"}}}};
  const std::string several = "the answer has several content codings, one over the other";
  const std::string transfer = "the answer has a transfer coding that was not asked for";
  const struct {
    const char* headers;
    json config;
    std::string detail;
  } rows[] = {
      {"Content-Encoding: gzip, gzip\r\n", keyword, several},
      {"Content-Encoding: gzip, gzip, gzip\r\n", keyword, several},
      {"Content-Encoding: gzip, gzip, gzip, gzip, gzip\r\n", keyword, several},
      {"content-encoding:gzip\r\nX-Between: x\r\nCONTENT-ENCODING: x-gzip\r\n", keyword, several},
      {"Content-Encoding: identity\r\nContent-Encoding: ,gzip,\r\nContent-Encoding: gzip,deflate\r\n",
       keyword, several},
      {"Transfer-Encoding: gzip\r\n", json::object(), transfer},
      {"Transfer-Encoding: gzip, gzip, gzip\r\n", json::object(), transfer},
      {"Transfer-Encoding: gzip\r\ntransfer-encoding: gzip, gzip\r\n", keyword, transfer},
      {"Content-Encoding: gzip\r\nTransfer-Encoding: deflate\r\n", keyword, transfer},
  };
  for (const auto& row : rows) {
    const auto finding = endure(respond("200 OK", nothing, row.headers), row.config, 5000ms);
    EXPECT_EQ(finding.cause, Cause::bad_response) << row.headers;
    EXPECT_EQ(finding.detail, row.detail) << row.headers;
    EXPECT_LT(finding.times.total, 50ms) << row.headers;
  }
}

TEST_F(HostileTargetTest, codings_of_an_interim_answer_are_stacked_too) {
  const auto interim = "HTTP/1.1 103 Early Hints\r\nContent-Encoding: gzip\r\n\r\n";
  const std::string final = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n";
  const auto finding = endure({read_request(), say(interim), say(final + gzip(gzip("x")))},
                              {{"keyword", {{"text", "x"}}}}, 5000ms);
  EXPECT_EQ(finding.cause, Cause::bad_response) << finding.detail;
}

TEST_F(HostileTargetTest, nonsense_is_a_bad_response_and_never_a_crash) {
  using namespace std::string_literals;
  const std::string rows[] = {"\0\0\0\0\r\n\r\n"s,
                              "HTTP/9.9 200 OK\r\n\r\n"s,
                              "HTTP/1.1 abc OK\r\n\r\n"s,
                              "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello"s,
                              "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nhello"s,
                              "HTTP/1.1 200 OK\r\nX-Nul: a\0b\r\nContent-Length: 0\r\n\r\n"s,
                              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx"s,
                              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nx"s,
                              "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n"s,
                              "\x16\x03\x01\x02\x00\x01\x00"s};
  for (const auto& bytes : rows) {
    const auto finding = endure(answer(bytes), json::object(), 1000ms);
    EXPECT_NE(finding.verdict, domain::Verdict::unknown) << bytes << ": " << finding.detail;
    EXPECT_NE(finding.cause, Cause::internal_error) << bytes;
  }
}

TEST_F(HostileTargetTest, redirects_for_ever_end_at_the_limit) {
  const auto finding = endure(redirect_to("/"), {{"maxRedirects", 10}}, 5000ms);
  EXPECT_EQ(finding.cause, Cause::too_many_redirects);
  EXPECT_EQ(finding.redirects.size(), 10u);
}

TEST_F(HostileTargetTest, many_at_once_do_not_keep_each_other) {
  ScriptedServer server(reactor_, {read_request(), hold()});
  start();
  std::vector<std::optional<domain::Finding>> findings(200);
  base::TaskGroup checks(reactor_.executor());
  const auto begun = clock_.monotonic_now();
  for (auto& finding : findings)
    checks.spawn("check",
                 [](Probes& probes, std::string url, std::optional<domain::Finding>& result) -> base::Task<> {
                   const json config = {{"url", std::move(url)}, {"timeoutMs", 300}};
                   result = co_await probes.probe("http", config);
                 }(*probes_, server.url(), finding));
  reactor_.run(checks.join());
  EXPECT_LT(clock_.monotonic_now() - begun, 300ms + 2 * kSlack);
  for (const auto& finding : findings) EXPECT_EQ(finding->cause, Cause::timeout);
  reactor_.run_until([&] { return server.open() == 0; });
}

// Our own trouble is never the target's.
TEST_F(HostileTargetTest, without_descriptors_nothing_is_measured) {
  ScriptedServer server(reactor_, respond("200 OK"));
  start();
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  std::vector<int> taken;
  rlimit tight = before;
  tight.rlim_cur = 64;
  setrlimit(RLIMIT_NOFILE, &tight);
  for (int fd = dup(0); fd >= 0; fd = dup(0)) taken.push_back(fd);
  const auto http = get(server.url());
  const auto tcp = connect("127.0.0.1", server.port());
  for (int fd : taken) close(fd);
  setrlimit(RLIMIT_NOFILE, &before);
  for (const auto& finding : {http, tcp}) {
    EXPECT_EQ(finding.cause, Cause::out_of_resources);
    EXPECT_EQ(finding.verdict, domain::Verdict::unknown);
    EXPECT_EQ(finding.detail, "this machine could not connect: Too many open files");
  }
  EXPECT_EQ(get(server.url()).cause, Cause::ok);
}

base::Task<> probe_once(Probes& probes, std::string kind, json config, bool& ended) {
  co_await probes.probe(std::move(kind), std::move(config));
  ended = true;
}

class CancellationTest : public ProbeFixture {
 protected:
  void cancel_when(const std::function<bool()>& condition, std::string kind, json config) {
    bool ended = false;
    base::TaskGroup checks(reactor_.executor());
    checks.spawn("check", probe_once(*probes_, std::move(kind), std::move(config), ended));
    reactor_.run_until(condition);
    reactor_.run(stop(checks));
    EXPECT_FALSE(ended);
  }
};

TEST_F(CancellationTest, ends_a_check_at_once_wherever_it_is) {
  dns_.set("silent.test", {.silent = true});
  ScriptedServer mute(reactor_, {read_request(), hold()});
  ScriptedServer endless(reactor_, {read_request(), say("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"),
                                    drip(std::string(100, 'x'))});
  start();
  const auto begun = clock_.monotonic_now();
  cancel_when([&] { return mute.requests().size() == 1; }, "http", {{"url", mute.url()}});
  cancel_when([&] { return endless.requests().size() == 1; }, "http", {{"url", endless.url()}});
  cancel_when([&] { return dns_.asked("silent.test") > 0; }, "http", {{"url", "http://silent.test/"}});
  EXPECT_LT(clock_.monotonic_now() - begun, 1s);
  reactor_.run_until([&] { return mute.open() + endless.open() == 0; });
  EXPECT_EQ(get(mute.url(), {{"timeoutMs", 50}}).cause, Cause::timeout) << "the next check is none the worse";
}

}  // namespace
}  // namespace watchbill::probe
