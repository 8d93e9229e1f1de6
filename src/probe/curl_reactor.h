// libcurl's multi interface on the reactor.
#pragma once

#include <curl/curl.h>

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <vector>

#include "base/task.h"
#include "base/time.h"
#include "probe/socket_watch.h"

namespace watchbill::probe {

// Reactor thread only. Must outlive its transfers.
class CurlReactor {
 public:
  // Who is told how a transfer ended.
  class Listener {
   public:
    // Called from inside the reactor's handling of libcurl: must not touch libcurl or this reactor.
    virtual void ended(CURLcode result) = 0;

   protected:
    ~Listener() = default;
  };

  // A borrowed easy handle, reset to libcurl's defaults. Destruction ends its transfer, if one runs, and
  // gives the handle back. Never destroyed inside one of libcurl's callbacks.
  class Handle {
   public:
    explicit Handle(CurlReactor& reactor);
    ~Handle();
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    CURL* get() const { return easy_; }

    // Starts the transfer. `listener` hears of its end, unless the handle is destroyed before; perhaps
    // already inside start(). Only the first call counts.
    void start(Listener& listener);

    // Does now what can be done with the transfer's `socket` without waiting; -1: nothing.
    void look_at(curl_socket_t socket);

   private:
    CurlReactor& reactor_;
    CURL* easy_;
    bool running_ = false;
  };

  CurlReactor(base::asio::any_io_executor executor, const base::Clock& clock);
  ~CurlReactor();
  CurlReactor(const CurlReactor&) = delete;
  CurlReactor& operator=(const CurlReactor&) = delete;

 private:
  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void*);
  static int on_timer(CURLM*, long timeout_ms, void* self);

  CURL* borrow();
  void give_back(CURL* easy);
  void act(curl_socket_t socket, int events);
  void report_ended();
  void arm();
  void timer_fired();

  const base::Clock& clock_;
  CURLM* multi_;
  std::vector<CURL*> idle_;
  SocketWatch sockets_;
  base::asio::steady_timer timer_;
  base::Monotonic due_ = base::Monotonic::max();    // when libcurl wants to be called
  base::Monotonic armed_ = base::Monotonic::max();  // when timer_ will fire
  std::vector<CURL*> unwatched_;                    // transfers whose socket could not be watched
  std::shared_ptr<CurlReactor*> self_;              // emptied when this is destroyed
};

}  // namespace watchbill::probe
