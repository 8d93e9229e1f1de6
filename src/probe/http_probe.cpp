#include "probe/http_probe.h"

#include <fmt/format.h>

#include <array>

#include "probe/content.h"
#include "probe/http_exchange.h"
#include "probe/target.h"
#include "probe/text.h"
#include "probe/url.h"

namespace watchbill::probe {

namespace {

using base::Task;
using domain::Cause;
using domain::Finding;
using domain::Phase;
using std::chrono::microseconds;

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// Headers that say nothing about who asks; all others may be secrets of the first origin.
bool may_travel(std::string_view name) {
  constexpr std::array<std::string_view, 5> kHarmless = {"accept", "accept-encoding", "accept-language",
                                                         "cache-control", "user-agent"};
  return std::any_of(kHarmless.begin(), kHarmless.end(), [name](std::string_view harmless) {
    return name.size() == harmless.size() &&
           std::equal(name.begin(), name.end(), harmless.begin(),
                      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b; });
  });
}

void add(std::optional<microseconds>& sum, std::optional<microseconds> part) {
  if (part) sum = sum.value_or(microseconds(0)) + *part;
}

// One check: a chain of exchanges until an answer that is no redirect, then the judgement.
class HttpCheck final : private BodySink {
 public:
  HttpCheck(Surroundings& around, HttpConfig config)
      : around_(around),
        config_(std::move(config)),
        started_(around.clock.monotonic_now()),
        content_(config_, around.options.body_cap) {}

  Task<Finding> run();

 private:
  bool take(std::string_view piece, int status) override;
  Task<std::optional<Failure>> visit_all();
  Task<std::optional<Failure>> visit();
  Task<std::optional<Failure>> exchange(Addresses addresses);
  void note(const HttpAnswer& answer);
  std::optional<Failure> redirect();
  Task<std::optional<Failure>> judge();
  Task<std::optional<Failure>> judge_pattern();
  std::optional<Failure> judge_certificate() const;
  bool redirected(int status) const { return config_.follow_redirects && is_redirect(status); }
  base::Monotonic end() const { return started_ + config_.timeout; }
  microseconds since(base::Monotonic from) const {
    return std::chrono::duration_cast<microseconds>(around_.clock.monotonic_now() - from);
  }

  Surroundings& around_;
  HttpConfig config_;
  const base::Monotonic started_;
  Content content_;
  std::size_t unread_ = 0;
  HttpRequest request_;
  HttpAnswer answer_;
  Finding finding_;
};

Task<Finding> HttpCheck::run() {
  auto failure = co_await visit_all();
  if (!failure) failure = co_await judge();
  const auto total = since(started_);
  conclude(finding_, blame(std::move(failure), {finding_.times.resolve, total, config_.timeout}), total);
  co_return std::move(finding_);
}

bool HttpCheck::take(std::string_view piece, int status) {
  if (redirected(status)) return false;
  if (Content::needed(config_)) return content_.take(piece);
  unread_ += piece.size();
  return unread_ < around_.options.unread_body_cap;
}

// Until an answer that is to be judged; or what went wrong on the way.
Task<std::optional<Failure>> HttpCheck::visit_all() {
  auto url = parse_url(config_.url);
  if (const auto* problem = std::get_if<UrlProblem>(&url))
    co_return Failure{Cause::configuration_invalid, Phase::none, "the URL " + problem->message};
  request_.url = std::move(std::get<Url>(url));
  request_.method = config_.method;
  request_.headers = std::move(config_.headers);
  request_.body = std::move(config_.body);
  request_.decode = Content::needed(config_);
  request_.verify_tls = config_.verify_tls;
  for (;;) {
    if (auto failure = co_await visit()) co_return failure;
    if (!redirected(answer_.status)) co_return std::nullopt;
    if (auto failure = redirect()) co_return failure;
  }
}

Task<std::optional<Failure>> HttpCheck::visit() {
  const bool by_name = !request_.url.host.address;
  const auto before = around_.clock.monotonic_now();
  auto target = co_await find_target(around_, request_.url.host, end());
  if (by_name) add(finding_.times.resolve, since(before));
  if (auto* failure = std::get_if<Failure>(&target)) co_return std::move(*failure);
  co_return co_await exchange(std::get<Addresses>(std::move(target)));
}

// Tries one address after the other until one lets us connect.
Task<std::optional<Failure>> HttpCheck::exchange(Addresses addresses) {
  std::optional<Failure> failure;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const auto left = std::chrono::ceil<base::Millis>(end() - around_.clock.monotonic_now());
    request_.address = addresses[i];
    request_.connect_limit = connect_share(around_.options.limits.connect, left, addresses.size() - i);
    HttpExchange one(around_, request_, *this);
    answer_ = co_await one.run(started_, config_.timeout);
    if (i == 0 || says_more(answer_.failure, *failure)) {
      failure = answer_.failure;
      finding_.address = addresses[i].to_string();
    }
    if (!answer_.failure || answer_.failure->phase != Phase::connect) break;
    if (around_.clock.monotonic_now() >= end()) break;
  }
  note(answer_);
  co_return failure;
}

void HttpCheck::note(const HttpAnswer& answer) {
  add(finding_.times.connect, answer.times.connect);
  add(finding_.times.tls, answer.times.tls);
  add(finding_.times.first_byte, answer.times.first_byte);
  if (answer.status != 0) finding_.http_status = answer.status;
  if (answer.certificate_expires) {
    const auto left =
        std::chrono::floor<std::chrono::days>(*answer.certificate_expires - around_.clock.now());
    const auto days = static_cast<int>(left.count());
    finding_.certificate_days_left = std::min(finding_.certificate_days_left.value_or(days), days);
  }
}

// Turns the request into the one that the answer asks for, as browsers do.
std::optional<Failure> HttpCheck::redirect() {
  const auto shown = printable(answer_.location, 160);
  if (static_cast<int>(finding_.redirects.size()) >= config_.max_redirects)
    return Failure{Cause::too_many_redirects, Phase::assertion,
                   fmt::format("more than {} redirects, the next to {}", config_.max_redirects, shown)};
  auto next = follow(request_.url, answer_.location);
  if (const auto* problem = std::get_if<UrlProblem>(&next)) {
    if (problem->kind == UrlProblem::Kind::other_scheme)
      return Failure{Cause::blocked, Phase::assertion,
                     fmt::format("redirected to {}, which is not HTTP", shown)};
    return Failure{
        Cause::redirect_invalid, Phase::assertion,
        fmt::format("status {} redirects to \"{}\", which {}", answer_.status, shown, problem->message)};
  }
  auto& url = std::get<Url>(next);
  finding_.redirects.push_back(printable(url.text));
  if (!same_origin(request_.url, url))
    std::erase_if(request_.headers, [](const auto& header) { return !may_travel(header.first); });
  const bool was_post = request_.method == "POST" && (answer_.status == 301 || answer_.status == 302);
  if (was_post || (answer_.status == 303 && request_.method != "HEAD")) {
    request_.method = "GET";
    request_.body.reset();
  }
  request_.url = std::move(url);
  return std::nullopt;
}

Task<std::optional<Failure>> HttpCheck::judge() {
  if (!config_.expects(answer_.status))
    co_return Failure{Cause::status_unexpected, Phase::assertion,
                      fmt::format("status {}, expected {}", answer_.status, config_.expected_text())};
  if (auto failure = content_.keyword_failure()) co_return failure;
  if (config_.pattern)
    if (auto failure = co_await judge_pattern()) co_return failure;
  co_return judge_certificate();
}

Task<std::optional<Failure>> HttpCheck::judge_pattern() {
  using Result = PatternSearch::Result;
  auto pattern = around_.patterns.compiled(config_.pattern->text);
  if (auto problem = pattern.problem())
    co_return Failure{Cause::configuration_invalid, Phase::assertion, "the pattern " + *problem};
  auto text = content_.release_text();
  const auto size = text.size();
  const auto result = co_await around_.patterns.run(std::move(pattern), std::move(text), end());
  if (result == Result::too_costly)
    co_return Failure{Cause::configuration_invalid, Phase::assertion,
                      fmt::format("the pattern is too complex for an answer of {} KiB", size / 1024)};
  if (result == Result::not_in_time)
    co_return Failure{Cause::out_of_resources, Phase::assertion,
                      fmt::format("the pattern was not searched for within {}", seconds(config_.timeout))};
  co_return content_.pattern_failure(result == Result::found);
}

std::optional<Failure> HttpCheck::judge_certificate() const {
  if (!config_.certificate_warning_days || !finding_.certificate_days_left) return std::nullopt;
  const int left = *finding_.certificate_days_left;
  if (left >= *config_.certificate_warning_days) return std::nullopt;
  return Failure{Cause::certificate_expiring, Phase::assertion,
                 fmt::format("the certificate expires in {} days, wanted are {} or more", left,
                             *config_.certificate_warning_days)};
}

}  // namespace

Task<Finding> probe_http(Surroundings& around, nlohmann::json config) {
  HttpCheck check(around, read_http_config(config));
  co_return co_await check.run();
}

Task<std::vector<domain::ConfigError>> check_http(Surroundings& around, nlohmann::json config) {
  auto errors = check_http_config(config);
  const auto url = parse_url(config.at("url").get_ref<const std::string&>());
  if (const auto* valid = std::get_if<Url>(&url)) {
    auto refused = co_await check_target(around, valid->host, "/url");
    errors.insert(errors.end(), refused.begin(), refused.end());
  }
  co_return errors;
}

}  // namespace watchbill::probe
