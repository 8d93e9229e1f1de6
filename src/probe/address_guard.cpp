#include "probe/address_guard.h"

#include <algorithm>
#include <charconv>

namespace watchbill::probe {

namespace {

struct Bytes {
  std::array<std::uint8_t, 16> data{};
  std::size_t length = 0;
};

Bytes bytes_of(const Address& address) {
  Bytes bytes;
  if (address.is_v4()) {
    const auto v4 = address.to_v4().to_bytes();
    std::copy(v4.begin(), v4.end(), bytes.data.begin());
    bytes.length = v4.size();
  } else {
    bytes.data = address.to_v6().to_bytes();
    bytes.length = bytes.data.size();
  }
  return bytes;
}

bool bit(const std::array<std::uint8_t, 16>& bytes, std::size_t index) {
  return bytes[index / 8] >> (7 - index % 8) & 1;
}

struct Refused {
  AddressRange range;
  std::string_view kind;
};

// IANA's special-purpose registries, what was taken out of them and still routed somewhere, and the metadata
// services that cloud providers put on addresses of no private range. The first match names the kind.
const std::vector<Refused>& refused_ranges() {
  static const std::vector<Refused> ranges = [] {
    constexpr std::pair<const char*, std::string_view> kRows[] = {
        {"169.254.169.254", "cloud metadata service"},
        {"100.100.100.200", "cloud metadata service"},
        {"168.63.129.16", "cloud metadata service"},
        {"192.0.0.192", "cloud metadata service"},
        {"fd00:ec2::254", "cloud metadata service"},
        {"0.0.0.0/8", "unspecified address"},
        {"10.0.0.0/8", "private network"},
        {"100.64.0.0/10", "carrier-grade NAT"},
        {"127.0.0.0/8", "loopback"},
        {"169.254.0.0/16", "link-local"},
        {"172.16.0.0/12", "private network"},
        {"192.0.0.0/24", "reserved address"},
        {"192.0.2.0/24", "documentation address"},
        {"192.88.99.0/24", "6to4 relay"},
        {"192.168.0.0/16", "private network"},
        {"198.18.0.0/15", "benchmark network"},
        {"198.51.100.0/24", "documentation address"},
        {"203.0.113.0/24", "documentation address"},
        {"224.0.0.0/4", "multicast"},
        {"255.255.255.255", "broadcast"},
        {"240.0.0.0/4", "reserved address"},
        {"::", "unspecified address"},
        {"::1", "loopback"},
        {"::ffff:0:0/96", "IPv4 address mapped into IPv6"},
        {"::/96", "IPv4 address embedded in IPv6"},
        {"64:ff9b::/96", "NAT64"},
        {"64:ff9b:1::/48", "NAT64"},
        {"2001::/32", "Teredo"},
        {"2001::/23", "reserved address"},
        {"2001:db8::/32", "documentation address"},
        {"2002::/16", "6to4"},
        {"3fff::/20", "documentation address"},
        {"fc00::/7", "private network"},
        {"fe80::/10", "link-local"},
        {"fec0::/10", "private network"},
        {"ff00::/8", "multicast"},
    };
    std::vector<Refused> parsed;
    for (const auto& [text, kind] : kRows) parsed.push_back({AddressRange::parse(text).value(), kind});
    return parsed;
  }();
  return ranges;
}

}  // namespace

std::optional<AddressRange> AddressRange::parse(std::string_view text) {
  const auto slash = text.find('/');
  boost::system::error_code failed;
  const auto address = boost::asio::ip::make_address(std::string(text.substr(0, slash)), failed);
  if (failed || (address.is_v6() && address.to_v6().scope_id() != 0)) return std::nullopt;

  AddressRange range;
  const auto bytes = bytes_of(address);
  range.bytes_ = bytes.data;
  range.length_ = bytes.length;
  range.bits_ = bytes.length * 8;
  if (slash != text.npos) {
    const auto digits = text.substr(slash + 1);
    std::size_t bits = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (error != std::errc() || end != digits.data() + digits.size() || bits > range.bits_)
      return std::nullopt;
    for (auto i = bits; i < range.bits_; ++i)
      if (bit(range.bytes_, i)) return std::nullopt;
    range.bits_ = bits;
  }
  return range;
}

bool AddressRange::contains(const Address& address) const {
  const auto bytes = bytes_of(address);
  if (bytes.length != length_) return false;
  const auto whole = bits_ / 8;
  if (!std::equal(bytes_.begin(), bytes_.begin() + whole, bytes.data.begin())) return false;
  const auto rest = bits_ % 8;
  return rest == 0 || (bytes_[whole] ^ bytes.data[whole]) >> (8 - rest) == 0;
}

std::optional<std::string_view> AddressGuard::refusal(const Address& address) const {
  // A zone names one of this machine's own interfaces.
  if (address.is_v6() && address.to_v6().scope_id() != 0) return "address with a zone";
  for (const auto& range : allowed_)
    if (range.contains(address)) return std::nullopt;
  for (const auto& [range, kind] : refused_ranges())
    if (range.contains(address)) return kind;
  static const auto kGlobalUnicast = AddressRange::parse("2000::/3").value();
  if (address.is_v6() && !kGlobalUnicast.contains(address)) return "reserved address";
  return std::nullopt;
}

}  // namespace watchbill::probe
