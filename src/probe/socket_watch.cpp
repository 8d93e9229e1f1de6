#include "probe/socket_watch.h"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace watchbill::probe {

namespace {

// More wait for the next turn, so that other work of the reactor is not starved.
constexpr int kMostPerTurn = 128;

int new_epoll() {
  const int set = epoll_create1(EPOLL_CLOEXEC);
  if (set < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return set;
}

}  // namespace

SocketWatch::SocketWatch(base::asio::any_io_executor executor, OnReady on_ready)
    : epoll_(std::move(executor), new_epoll()),
      on_ready_(std::move(on_ready)),
      self_(std::make_shared<SocketWatch*>(this)) {}

SocketWatch::~SocketWatch() { *self_ = nullptr; }

bool SocketWatch::watch(int socket, bool readable, bool writable) {
  const std::uint32_t events = (readable ? EPOLLIN : 0u) | (writable ? EPOLLOUT : 0u);
  const int set = epoll_.native_handle();
  if (events == 0) {
    watched_.erase(socket);
    epoll_ctl(set, EPOLL_CTL_DEL, socket, nullptr);
    if (watched_.empty() && waiting_) epoll_.cancel();
    return true;
  }
  epoll_event event{};
  event.events = events;
  event.data.fd = socket;
  const bool known = watched_.contains(socket);
  int failed = epoll_ctl(set, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event);
  // Closed without farewell, and its number given to a new socket.
  if (failed && known && errno == ENOENT) failed = epoll_ctl(set, EPOLL_CTL_ADD, socket, &event);
  if (failed) return false;
  watched_[socket] = events;
  wait();
  return true;
}

void SocketWatch::wait() {
  if (waiting_ || watched_.empty()) return;
  waiting_ = true;
  epoll_.async_wait(base::asio::posix::stream_descriptor::wait_read,
                    [self = self_](boost::system::error_code) {
                      if (!*self) return;
                      (*self)->waiting_ = false;
                      (*self)->dispatch();
                    });
}

// Runs also after a cancelled wait: it is harmless, and something new may be watched since.
void SocketWatch::dispatch() {
  std::array<epoll_event, kMostPerTurn> ready;
  const int count = epoll_wait(epoll_.native_handle(), ready.data(), kMostPerTurn, 0);
  const auto alive = self_;
  for (int i = 0; i < count && *alive; ++i) {
    const auto events = ready[static_cast<std::size_t>(i)].events;
    const bool broken = events & (EPOLLERR | EPOLLHUP);
    on_ready_(ready[static_cast<std::size_t>(i)].data.fd, broken || events & EPOLLIN,
              broken || events & EPOLLOUT);
  }
  if (*alive) wait();
}

}  // namespace watchbill::probe
