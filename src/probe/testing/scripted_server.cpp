#include "probe/testing/scripted_server.h"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "probe/testing/accept.h"
#include "probe/testing/stop.h"

namespace watchbill::probe::testing {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using base::Task;

constexpr std::chrono::milliseconds kDrip{20};
constexpr std::chrono::milliseconds kPause{60};

tcp::endpoint loopback() { return {asio::ip::address_v4::loopback(), 0}; }

class Count {
 public:
  explicit Count(std::size_t& count) : count_(count) { ++count_; }
  ~Count() { --count_; }
  Count(const Count&) = delete;
  Count& operator=(const Count&) = delete;

 private:
  std::size_t& count_;
};

std::size_t content_length(const std::string& headers) {
  const auto at = headers.find("Content-Length: ");
  return at == headers.npos ? 0 : static_cast<std::size_t>(std::stoul(headers.substr(at + 16)));
}

std::string path_of(const std::string& request) {
  const auto from = request.find(' ') + 1;
  return request.substr(from, request.find(' ', from) - from);
}

}  // namespace

Script answer(std::string bytes) { return {read_request(), say(std::move(bytes))}; }

Script respond(const std::string& status, const std::string& body, const std::string& headers) {
  return answer(
      fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(), headers, body));
}

Script redirect_to(const std::string& location, const std::string& status) {
  return respond(status, "", fmt::format("Location: {}\r\n", location));
}

ScriptedServer::ScriptedServer(support::Reactor& reactor, Script script,
                               std::shared_ptr<asio::ssl::context> tls, const std::string& address)
    : reactor_(reactor),
      script_(std::move(script)),
      tls_(std::move(tls)),
      acceptor_(reactor.executor(), tcp::endpoint(asio::ip::make_address(address), 0)),
      tasks_(reactor.executor()) {
  tasks_.spawn("accept", accept());
}

ScriptedServer::~ScriptedServer() { reactor_.run(stop(tasks_)); }

std::string ScriptedServer::url(const std::string& path) const {
  return fmt::format("{}://127.0.0.1:{}{}", tls_ ? "https" : "http", port(), path);
}

Task<> ScriptedServer::accept() {
  for (;;) {
    auto socket = co_await next_connection(acceptor_);
    ++connections_;
    tasks_.spawn("connection", serve(std::move(socket)));
  }
}

// A peer that leaves ends the script: what it got until then is the test's matter.
Task<> ScriptedServer::serve(tcp::socket socket) {
  const Count counted(open_);
  try {
    if (tls_) {
      asio::ssl::stream<tcp::socket&> stream(socket, *tls_);
      co_await stream.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
      co_await play(stream);
      boost::system::error_code ignored;
      co_await stream.async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
    } else {
      co_await play(socket);
    }
  } catch (const boost::system::system_error&) {
  }
}

template <class Stream>
Task<> ScriptedServer::play(Stream& stream) {
  auto rest = script_;
  while (!rest.empty()) {
    const auto step = rest.front();
    rest.erase(rest.begin());
    if (step.what == Step::What::read)
      co_await read(stream, rest);
    else
      co_await perform(stream, step);
  }
}

template <class Stream>
Task<> ScriptedServer::read(Stream& stream, Script& rest) {
  std::string request;
  const auto headers =
      co_await asio::async_read_until(stream, asio::dynamic_buffer(request), "\r\n\r\n", asio::use_awaitable);
  const auto whole = headers + content_length(request);
  const auto had = request.size();
  if (had < whole) {
    request.resize(whole);
    co_await asio::async_read(stream, asio::buffer(request.data() + had, whole - had), asio::use_awaitable);
  }
  const auto own = paths_.find(path_of(request));
  if (own != paths_.end()) rest = own->second;
  requests_.push_back(std::move(request));
}

template <class Stream>
Task<> ScriptedServer::perform(Stream& stream, Step step) {
  switch (step.what) {
    case Step::What::read:
      break;
    case Step::What::take: {
      char ignored[1024];
      co_await stream.async_read_some(asio::buffer(ignored), asio::use_awaitable);
      break;
    }
    case Step::What::send:
      co_await asio::async_write(stream, asio::buffer(step.bytes), asio::use_awaitable);
      break;
    case Step::What::flood:
      for (;;) co_await asio::async_write(stream, asio::buffer(step.bytes), asio::use_awaitable);
    case Step::What::drip: {
      asio::steady_timer pause(reactor_.executor());
      for (const char& byte : step.bytes) {
        co_await asio::async_write(stream, asio::buffer(&byte, 1), asio::use_awaitable);
        pause.expires_after(kDrip);
        co_await pause.async_wait(asio::use_awaitable);
      }
      break;
    }
    case Step::What::pause: {
      asio::steady_timer pause(reactor_.executor(), kPause);
      co_await pause.async_wait(asio::use_awaitable);
      break;
    }
    case Step::What::hold: {
      char ignored;
      for (;;) co_await stream.async_read_some(asio::buffer(&ignored, 1), asio::use_awaitable);
    }
    case Step::What::reset:
      stream.lowest_layer().set_option(asio::socket_base::linger(true, 0));
      stream.lowest_layer().close();
      break;
  }
}

std::uint16_t closed_port(support::Reactor& reactor) {
  tcp::acceptor taken(reactor.executor(), loopback());
  return taken.local_endpoint().port();
}

}  // namespace watchbill::probe::testing
