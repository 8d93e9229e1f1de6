#include "http/connection.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>

#include "base/log.h"
#include "http/event_writer.h"

namespace watchbill::http {

namespace asio = base::asio;

namespace {

// Small, as every idle connection keeps it; where requests are larger the buffer grows once.
constexpr std::size_t kHeadRoom = 1024;
constexpr std::size_t kBodyRoom = 16 * 1024;

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::string_view view(const boost::beast::flat_buffer& buffer) {
  return {static_cast<const char*>(buffer.data().data()), buffer.size()};
}

std::string_view body_bytes(const Response& response) {
  if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
  if (const auto* blob = std::get_if<SharedBlob>(&response.body)) return blob->bytes;
  return {};
}

void log_failure(const Request& request, std::exception_ptr failure) {
  std::string what = "unknown exception";
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& e) {
    what = e.what();
  } catch (...) {
  }
  base::log::error("request failed",
                   {{"method", to_string(request.method)}, {"path", request.path}, {"error", what}});
}

}  // namespace

bool Connections::evict_oldest() {
  if (waiting_.empty()) return false;
  auto& oldest = *waiting_.front();
  oldest.work();  // it waits no more, and is not chosen again before it has ended
  oldest.cut();
  return true;
}

void Connections::stop() {
  for (auto* list : {&waiting_, &busy_})
    for (auto* connection : *list) connection->stop();
}

Connection::Connection(ConnectionHost& host, asio::ip::tcp::socket socket)
    : host_(host),
      socket_(std::move(socket), host.deadlines, host.options),
      peer_(unmapped(socket_.peer())),
      peer_is_proxy_(host.proxies.contains(peer_)),
      scanner_(HeadScanner::Limits{host.options.max_request_line, host.options.max_header_bytes,
                                   host.options.max_header_fields}),
      parser_(host.options.max_body),
      place_(host.connections.waiting_.insert(host.connections.waiting_.end(), this)) {}

Connection::~Connection() {
  host_.large_bodies -= counted_body_;
  auto& connections = host_.connections;
  (waiting_ ? connections.waiting_ : connections.busy_).erase(place_);
}

void Connection::wait_for_client() {
  auto& connections = host_.connections;
  if (!waiting_) connections.waiting_.splice(connections.waiting_.end(), connections.busy_, place_);
  waiting_ = true;
}

void Connection::work() {
  auto& connections = host_.connections;
  if (waiting_) connections.busy_.splice(connections.busy_.end(), connections.waiting_, place_);
  waiting_ = false;
}

void Connection::stop() {
  if (phase_ == Phase::receiving || phase_ == Phase::lingering) cut();
  if (sink_ != nullptr) sink_->close();
}

base::Task<> Connection::run() {
  while (co_await receive()) {
    ++served_;
    ++host_.stats.requests;
    auto response = co_await call_handler();
    if (std::holds_alternative<EventStream>(response.body)) {
      co_await stream(std::move(response));
      co_return;
    }
    const bool again = co_await send(std::move(response));
    if (!again) break;
  }
  if (refusal_) co_await refuse();
}

base::Task<bool> Connection::receive() {
  phase_ = Phase::receiving;
  pipelined_ = buffer_.size() > 0 ? pipelined_ + 1 : 0;
  if (buffer_.size() == 0 && buffer_.capacity() > kKeptMemory) buffer_.shrink_to_fit();
  request_.clear();
  count_body();
  parser_.release();
  wait_for_client();
  bool complete = co_await receive_head();
  if (complete) complete = co_await receive_body();
  socket_.never_expire();
  if (complete) work();
  if (socket_.missed_deadline() && (refusal_ || served_ == 0)) ++host_.stats.deadlines_missed;
  co_return complete;
}

base::Task<bool> Connection::receive_head() {
  scanner_.reset();
  const bool between = served_ > 0 && buffer_.size() == 0;
  socket_.expire_after(between ? host_.options.idle_deadline : host_.options.header_deadline);
  bool first = between;
  while (!scanner_.scan(view(buffer_))) {
    refusal_ = scanner_.refusal();
    if (refusal_) co_return false;
    if (first && buffer_.size() > 0) {
      socket_.expire_after(host_.options.header_deadline);
      first = false;
    }
    const auto room = std::max(kHeadRoom, buffer_.capacity() - buffer_.size());
    const auto read = co_await socket_.read(buffer_, room);
    if (read == ClientSocket::Read::deadline && buffer_.size() > 0) refusal_ = refusals::kTimeout;
    if (read != ClientSocket::Read::data) co_return false;
  }
  refusal_ =
      parser_.begin(view(buffer_).substr(scanner_.begin(), scanner_.end() - scanner_.begin()), request_);
  buffer_.consume(scanner_.end());
  if (!refusal_) identify_client();
  co_return !refusal_;
}

base::Task<bool> Connection::receive_body() {
  if (parser_.is_done()) co_return true;
  if (parser_.expects_continue() && buffer_.size() == 0) {
    const ClientSocket::Buffers buffers = {asio::buffer(kContinue), asio::const_buffer()};
    const bool written = co_await socket_.write(buffers);
    if (!written) co_return false;
  }
  const auto begin = host_.clock.monotonic_now();
  for (;;) {
    std::size_t taken = 0;
    refusal_ = parser_.take_body(view(buffer_), taken);
    buffer_.consume(taken);
    count_body();
    if (!refusal_ && host_.large_bodies > host_.options.max_large_bodies && counted_body_ > 0)
      refusal_ = refusals::kOverloaded;
    if (refusal_ || parser_.is_done()) co_return !refusal_;
    socket_.expire_at(begin + transfer_time(host_.options, request_.body.size()));
    const auto read = co_await socket_.read(buffer_, kBodyRoom);
    if (read == ClientSocket::Read::deadline) refusal_ = refusals::kTimeout;
    if (read != ClientSocket::Read::data) co_return false;
  }
}

void Connection::count_body() {
  const auto size = request_.body.size(), small = host_.options.small_body;
  const auto counted = size > small ? size - small : 0;
  host_.large_bodies += counted - counted_body_;
  counted_body_ = counted;
}

void Connection::identify_client() {
  request_.remote_address =
      peer_is_proxy_ ? host_.proxies.client(request_.headers, peer_) : peer_.to_string();
}

base::Task<Response> Connection::call_handler() {
  phase_ = Phase::handling;
  std::exception_ptr failure;
  try {
    co_return co_await host_.handler(request_);
  } catch (...) {
    failure = std::current_exception();
  }
  // Cancelled by the server's stop: nobody is to be told.
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) std::rethrow_exception(failure);
  log_failure(request_, failure);
  co_return render(refusals::kInternal);
}

Response Connection::render(const Refusal& refusal) const {
  return host_.render_error(refusal.status, refusal.code, refusal.message);
}

bool Connection::decide_keep_alive() const {
  return !refusal_ && parser_.keep_alive() && !host_.stopping && pipelined_ + 1 < host_.options.max_pipelined;
}

base::Task<bool> Connection::send(Response response) {
  phase_ = Phase::sending;
  const bool keep_alive = decide_keep_alive();
  auto body = body_bytes(response);
  std::optional<std::size_t> length;
  if (may_have_body(response.status)) length = body.size();
  if (!length || request_.method == Method::head) body = {};
  const std::string_view spoken = !keep_alive ? "close" : parser_.is_http_1_0() ? "keep-alive" : "";
  const ResponseHead head = {response.status, response.headers, host_.date.value(), length, spoken};
  write_head(head, head_);

  ClientSocket::Buffers buffers = {asio::buffer(head_), asio::buffer(body)};
  bool written = socket_.write_now(buffers);
  if (written && asio::buffer_size(buffers) > 0) {
    wait_for_client();
    written = co_await socket_.write(buffers);
    if (socket_.missed_deadline()) ++host_.stats.deadlines_missed;
  }
  if (!written || keep_alive) co_return written;
  if (refusal_ || buffer_.size() > 0) {
    phase_ = Phase::lingering;
    wait_for_client();
    co_await socket_.linger();
  }
  co_return false;
}

base::Task<> Connection::refuse() {
  ++host_.stats.refused;
  auto response = render(refusal_);
  co_await send(std::move(response));
}

base::Task<> Connection::stream(Response response) {
  phase_ = Phase::streaming;
  const ResponseHead head = {response.status, response.headers, host_.date.value(), std::nullopt, "close"};
  write_head(head, head_);
  const ClientSocket::Buffers buffers = {asio::buffer(head_), asio::const_buffer()};
  const bool written = co_await socket_.write(buffers);
  if (!written || request_.method == Method::head || host_.stopping) co_return;
  EventWriter writer(socket_, host_.options);
  sink_ = &writer.sink();
  auto events = std::get<EventStream>(std::move(response.body));
  std::exception_ptr failure;
  try {
    co_await writer.run(std::move(events));
  } catch (...) {
    failure = std::current_exception();
  }
  sink_ = nullptr;
  if (socket_.missed_deadline()) ++host_.stats.deadlines_missed;
  if (failure) std::rethrow_exception(failure);
}

}  // namespace watchbill::http
