#include "http/trusted_proxies.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "http/characters.h"

namespace watchbill::http {

namespace ip = boost::asio::ip;

namespace {

ip::address_v6::bytes_type to_bytes(const ip::address& address) {
  if (address.is_v6()) return address.to_v6().to_bytes();
  return ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes();
}

bool same_leading_bits(const ip::address_v6::bytes_type& a, const ip::address_v6::bytes_type& b,
                       unsigned bits) {
  const auto whole = bits / 8;
  if (!std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
  return bits % 8 == 0 || (a[whole] ^ b[whole]) >> (8 - bits % 8) == 0;
}

// Cuts the last entry of a comma-separated list off.
std::string_view take_last(std::string_view& list) {
  const auto comma = list.rfind(',');
  const auto entry = trim(comma == list.npos ? list : list.substr(comma + 1));
  list = comma == list.npos ? std::string_view() : list.substr(0, comma);
  return entry;
}

}  // namespace

ip::address unmapped(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

TrustedProxies::TrustedProxies(const std::vector<std::string>& networks) {
  for (const auto& text : networks) networks_.push_back(parse(text));
}

TrustedProxies::Network TrustedProxies::parse(std::string_view text) {
  boost::system::error_code error;
  const auto slash = text.find('/');
  const auto address = ip::make_address(std::string(text.substr(0, slash)), error);
  const unsigned most = address.is_v4() ? 32 : 128;
  unsigned bits = most;
  bool good = !error;
  if (good && slash != text.npos) {
    const auto digits = text.substr(slash + 1);
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    good = failed == std::errc() && end == digits.data() + digits.size() && bits <= most;
  }
  if (!good) throw std::invalid_argument(fmt::format("\"{}\" is not an address or network", text));
  return {to_bytes(address), bits + (128 - most)};
}

bool TrustedProxies::contains(const ip::address& address) const {
  const auto bytes = to_bytes(address);
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    return same_leading_bits(bytes, network.bytes, network.bits);
  });
}

std::string TrustedProxies::client(const Headers& headers, const ip::address& peer) const {
  auto client = peer;
  for (auto i = headers.size(); i-- > 0;) {
    if (!same_token(headers.name(i), "X-Forwarded-For")) continue;
    for (auto list = headers.value(i); !list.empty();) {
      boost::system::error_code broken;
      const auto address = ip::make_address(std::string(take_last(list)), broken);
      if (broken) return unmapped(client).to_string();
      client = address;
      if (!contains(client)) return unmapped(client).to_string();
    }
  }
  return unmapped(client).to_string();
}

}  // namespace watchbill::http
