#include "http/request_parser.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>

#include "http/characters.h"
#include "http/target.h"

namespace watchbill::http {

namespace beast = boost::beast;
using beast::error_code;
using BeastError = beast::http::error;

namespace {

// A chunk's header line or the trailer; what is longer is nobody's honest request.
constexpr std::size_t kMaxChunkFraming = 8 * 1024;

Refusal to_refusal(const error_code& error) {
  return error == BeastError::body_limit ? refusals::kBodyTooLarge : refusals::kMalformed;
}

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

class RequestParser::Parser final : public beast::http::basic_parser<true> {
 public:
  Parser(Request& request, std::size_t max_body)
      : request_(request), framing_left_(max_body + kMaxChunkFraming) {
    header_limit(std::numeric_limits<std::uint32_t>::max());  // HeadScanner's work
    body_limit(max_body);
  }

  bool is_http_1_0() const { return http_1_0_; }
  bool expects_continue() const { return expects_continue_; }

  // What only the whole header tells.
  Refusal check_head() {
    // Two Hosts, or none where the version demands one, let two servers see different sites.
    if (hosts_ > 1 || (hosts_ == 0 && !http_1_0_)) return refusals::kMalformed;
    if (!request_.host.empty() && !is_authority(request_.host)) return refusals::kMalformed;
    switch (http::parse_target(request_)) {
      case TargetError::none:
        break;
      case TargetError::malformed:
        return refusals::kMalformed;
      case TargetError::unnameable:
        return refusals::kNotFound;
    }
    return check_expectations();
  }

  // `taken` bytes were consumed, of which chunk sizes, extensions and trailers count here.
  bool within_framing(std::size_t taken) {
    const auto decoded = request_.body.size() - counted_;
    counted_ = request_.body.size();
    const auto framing = taken - std::min(taken, decoded);
    if (framing > framing_left_) return false;
    framing_left_ -= framing;
    return true;
  }

 private:
  Refusal check_expectations() {
    if (const auto encoding = request_.headers.find("Content-Encoding");
        encoding && !same_token(*encoding, "identity"))
      return refusals::kEncoded;
    const auto expected = request_.headers.find("Expect");
    if (!expected || http_1_0_) return refusals::kNone;
    expects_continue_ = same_token(*expected, "100-continue");
    return expects_continue_ ? refusals::kNone : refusals::kExpectation;
  }

  // Beast sums equal lengths up, reads lists of them, and takes unknown codings for no body.
  bool is_unambiguous(beast::http::field field, std::string_view value) {
    using Field = beast::http::field;
    if (field == Field::content_length)
      return ++lengths_ == 1 && !value.empty() && std::all_of(value.begin(), value.end(), http::is_digit);
    if (field == Field::transfer_encoding)
      return ++codings_ == 1 && same_token(value, "chunked") && !http_1_0_;
    if (field == Field::host) {
      request_.host = value;
      return ++hosts_ == 1;
    }
    return true;
  }

  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int version,
                       error_code& error) override {
    error = {};
    request_.method = http::parse_method(view(method));
    request_.target = view(target);
    http_1_0_ = version == 10;
  }

  void on_field_impl(beast::http::field field, beast::string_view name, beast::string_view value,
                     error_code& error) override {
    error = {};
    if (in_body_) return;  // a trailer: nothing that was decided by the header may change
    if (!is_unambiguous(field, view(value))) {
      error = BeastError::bad_value;
      return;
    }
    request_.headers.add(view(name), view(value));
  }

  void on_header_impl(error_code& error) override {
    error = {};
    in_body_ = true;
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& error) override {
    error = {};
    // Not all at once: the length is a promise.
    if (length) request_.body.reserve(std::min<std::size_t>(*length, 64 * 1024));
  }

  std::size_t on_body_impl(beast::string_view body, error_code& error) override {
    error = {};
    request_.body.append(body.data(), body.size());
    return body.size();
  }

  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, error_code& error) override {
    return on_body_impl(body, error);
  }

  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code& error) override { error = {}; }
  void on_response_impl(int, beast::string_view, int, error_code& error) override { error = {}; }
  void on_finish_impl(error_code& error) override { error = {}; }

  Request& request_;
  std::size_t framing_left_;
  std::size_t counted_ = 0;
  int lengths_ = 0, codings_ = 0, hosts_ = 0;
  bool in_body_ = false;
  bool http_1_0_ = false;
  bool expects_continue_ = false;
};

RequestParser::RequestParser(std::size_t max_body) : max_body_(max_body) {}
RequestParser::~RequestParser() = default;

Refusal RequestParser::begin(std::string_view head, Request& request) {
  parser_ = std::make_unique<Parser>(request, max_body_);
  error_code error;
  parser_->put(base::asio::const_buffer(head.data(), head.size()), error);
  if (error && error != BeastError::need_more) return to_refusal(error);
  if (!parser_->is_header_done()) return refusals::kMalformed;
  return parser_->check_head();
}

Refusal RequestParser::take_body(std::string_view received, std::size_t& taken) {
  error_code error;
  taken = 0;
  // Beast asserts that a last chunk ("0", two line ends) comes whole. No chunked body has fewer bytes to
  // come.
  const std::size_t least = parser_->chunked() ? 5 : 1;
  while (!error && !parser_->is_done() && received.size() - taken >= least) {
    const auto rest = received.substr(taken);
    const auto step = parser_->put(base::asio::const_buffer(rest.data(), rest.size()), error);
    taken += step;
    if (!error && !parser_->within_framing(step)) return refusals::kBodyTooLarge;
  }
  if (error && error != BeastError::need_more) return to_refusal(error);
  if (!parser_->is_done() && received.size() - taken > kMaxChunkFraming) return refusals::kMalformed;
  return refusals::kNone;
}

bool RequestParser::is_done() const { return parser_->is_done(); }
bool RequestParser::keep_alive() const { return parser_->keep_alive(); }
bool RequestParser::is_http_1_0() const { return parser_->is_http_1_0(); }
bool RequestParser::expects_continue() const { return parser_->expects_continue(); }
void RequestParser::release() { parser_.reset(); }

}  // namespace watchbill::http
