// A port of 127.0.0.1 that does not let anybody in.
#pragma once

#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <vector>

#include "tests/support/reactor.h"

namespace watchbill::probe::testing {

// A port whose queue of connections is full: the next one is not answered.
class FullPort {
 public:
  explicit FullPort(support::Reactor& reactor) : acceptor_(reactor.executor()) {
    acceptor_.open(boost::asio::ip::tcp::v4());
    acceptor_.bind({boost::asio::ip::address_v4::loopback(), 0});
    acceptor_.listen(0);
    for (int i = 0; i < 8; ++i) {
      fillers_.emplace_back(reactor.executor(), boost::asio::ip::tcp::v4());
      fillers_.back().non_blocking(true);
      const auto target = acceptor_.local_endpoint();
      ::connect(fillers_.back().native_handle(), target.data(), static_cast<socklen_t>(target.size()));
    }
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  boost::asio::ip::tcp::acceptor acceptor_;
  std::vector<boost::asio::ip::tcp::socket> fillers_;
};

}  // namespace watchbill::probe::testing
