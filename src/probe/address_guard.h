// Which addresses may be connected to on behalf of users. Pure functions on binary addresses: every notation
// of a host has become one of these before it is judged.
#pragma once

#include <array>
#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace watchbill::probe {

using Address = boost::asio::ip::address;

// The addresses of one family that share their first bits.
class AddressRange {
 public:
  // "10.0.0.0/8", "fd00::/8", or a single address, "192.0.2.7". nullopt: not a range, or bits set behind the
  // prefix ("10.0.0.1/8" is more likely a slip than a wish).
  static std::optional<AddressRange> parse(std::string_view text);

  bool contains(const Address& address) const;

 private:
  std::array<std::uint8_t, 16> bytes_{};
  std::size_t length_ = 0;  // 4 or 16: the family
  std::size_t bits_ = 0;
};

// Refuses every address that is not public: it may lead into the operator's own network, to the machine
// itself or to a cloud's metadata service.
class AddressGuard {
 public:
  // `allowed` is the operator's exception; it goes before every refusal.
  explicit AddressGuard(std::vector<AddressRange> allowed = {}) : allowed_(std::move(allowed)) {}

  // What kind of address it is, for people ("private network"), if it is refused; nullopt: it may be
  // connected to.
  std::optional<std::string_view> refusal(const Address& address) const;

 private:
  std::vector<AddressRange> allowed_;
};

}  // namespace watchbill::probe
