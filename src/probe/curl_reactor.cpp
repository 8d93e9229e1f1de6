#include "probe/curl_reactor.h"

#include <new>
#include <stdexcept>

namespace watchbill::probe {

namespace {

// A handle keeps about 20 KiB of buffers.
constexpr std::size_t kMostIdle = 64;

CURLM* new_multi() {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (ready != CURLE_OK) throw std::runtime_error(curl_easy_strerror(ready));
  CURLM* multi = curl_multi_init();
  if (!multi) throw std::bad_alloc();
  return multi;
}

CurlReactor::Listener* listener_of(CURL* easy) {
  char* listener = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &listener);
  return reinterpret_cast<CurlReactor::Listener*>(listener);
}

}  // namespace

CurlReactor::Handle::Handle(CurlReactor& reactor) : reactor_(reactor), easy_(reactor.borrow()) {}

CurlReactor::Handle::~Handle() {
  if (running_) curl_multi_remove_handle(reactor_.multi_, easy_);
  reactor_.give_back(easy_);
}

void CurlReactor::Handle::start(Listener& listener) {
  curl_easy_setopt(easy_, CURLOPT_PRIVATE, static_cast<void*>(&listener));
  if (const auto error = curl_multi_add_handle(reactor_.multi_, easy_))
    throw std::runtime_error(curl_multi_strerror(error));
  running_ = true;
  // Resolved addresses only, so the first steps up to the connecting socket take no waiting.
  reactor_.act(CURL_SOCKET_TIMEOUT, 0);
}

void CurlReactor::Handle::look_at(curl_socket_t socket) {
  // Without events libcurl asks the system itself.
  if (socket != CURL_SOCKET_BAD) reactor_.act(socket, 0);
}

CurlReactor::CurlReactor(base::asio::any_io_executor executor, const base::Clock& clock)
    : clock_(clock),
      multi_(new_multi()),
      sockets_(executor,
               [this](int socket, bool readable, bool writable) {
                 act(socket, (readable ? CURL_CSELECT_IN : 0) | (writable ? CURL_CSELECT_OUT : 0));
               }),
      timer_(executor),
      self_(std::make_shared<CurlReactor*>(this)) {
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlReactor::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlReactor::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  // No two users share a connection.
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
}

CurlReactor::~CurlReactor() {
  *self_ = nullptr;
  for (CURL* easy : idle_) curl_easy_cleanup(easy);
  curl_multi_cleanup(multi_);
}

int CurlReactor::on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void*) {
  auto& reactor = *static_cast<CurlReactor*>(self);
  const bool readable = what == CURL_POLL_IN || what == CURL_POLL_INOUT;
  const bool writable = what == CURL_POLL_OUT || what == CURL_POLL_INOUT;
  if (!reactor.sockets_.watch(socket, readable, writable)) reactor.unwatched_.push_back(easy);
  return 0;
}

int CurlReactor::on_timer(CURLM*, long timeout_ms, void* self) {
  auto& reactor = *static_cast<CurlReactor*>(self);
  reactor.due_ = timeout_ms < 0 ? base::Monotonic::max()
                                : reactor.clock_.monotonic_now() + std::chrono::milliseconds(timeout_ms);
  return 0;
}

CURL* CurlReactor::borrow() {
  if (idle_.empty()) {
    CURL* easy = curl_easy_init();
    if (!easy) throw std::bad_alloc();
    return easy;
  }
  CURL* easy = idle_.back();
  idle_.pop_back();
  return easy;
}

// Reset at once: nothing of one user's request waits in memory for the next.
void CurlReactor::give_back(CURL* easy) {
  std::erase(unwatched_, easy);
  // libcurl never forgets the errno of a failed socket call, which would be taken for the next transfer's.
  long system_error = 0;
  curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &system_error);
  if (system_error != 0 || idle_.size() >= kMostIdle) return curl_easy_cleanup(easy);
  curl_easy_reset(easy);
  idle_.push_back(easy);
}

// libcurl often wants to be called again at once: cheaper here than through the timer. Not for ever, though.
void CurlReactor::act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, socket, events, &running);
  for (int i = 0; i < 4 && due_ <= clock_.monotonic_now(); ++i) {
    due_ = base::Monotonic::max();
    curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
  }
  report_ended();
  arm();
}

void CurlReactor::report_ended() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left))
    if (message->msg == CURLMSG_DONE) listener_of(message->easy_handle)->ended(message->data.result);
  for (CURL* easy : std::exchange(unwatched_, {})) listener_of(easy)->ended(CURLE_OUT_OF_MEMORY);
}

// libcurl moves its timer several times per transfer, mostly to later: an armed timer that comes too early
// looks again instead of being set anew each time.
void CurlReactor::arm() {
  if (due_ == base::Monotonic::max() && armed_ != due_) {
    armed_ = due_;
    timer_.cancel();
  }
  if (due_ >= armed_) return;
  armed_ = due_;
  timer_.expires_at(armed_);
  timer_.async_wait([self = self_](boost::system::error_code cancelled) {
    if (!cancelled && *self) (*self)->timer_fired();
  });
}

void CurlReactor::timer_fired() {
  armed_ = base::Monotonic::max();
  if (due_ <= clock_.monotonic_now()) {
    due_ = base::Monotonic::max();
    act(CURL_SOCKET_TIMEOUT, 0);
  }
  arm();
}

}  // namespace watchbill::probe
