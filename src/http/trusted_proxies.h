// Who the client is, seen through the proxies that we trust.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "http/headers.h"

namespace watchbill::http {

class TrustedProxies {
 public:
  // Addresses or networks: "127.0.0.1", "10.0.0.0/8", "fd00::/8". Throws std::invalid_argument for anything
  // else.
  explicit TrustedProxies(const std::vector<std::string>& networks);

  bool contains(const boost::asio::ip::address& address) const;

  // The address nearest to us in X-Forwarded-For that is not a trusted proxy; `peer` when there is none or
  // the list is broken before it. Only for a peer that is trusted.
  std::string client(const Headers& headers, const boost::asio::ip::address& peer) const;

 private:
  // The address as 16 bytes, IPv4 mapped into IPv6, and how many leading bits count.
  struct Network {
    boost::asio::ip::address_v6::bytes_type bytes;
    unsigned bits;
  };

  static Network parse(std::string_view text);

  std::vector<Network> networks_;
};

// "::ffff:192.0.2.1" is the IPv4 address that it maps.
boost::asio::ip::address unmapped(const boost::asio::ip::address& address);

}  // namespace watchbill::http
