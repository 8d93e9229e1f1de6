#include "probe/host.h"

#include <idn2.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace watchbill::probe {

namespace {

constexpr std::size_t kLongestName = 253;
constexpr std::size_t kLongestLabel = 63;

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
}

// UTS 46 as browsers do it: also folds fullwidth and circled characters, so that "１２７.０.０.１" becomes
// what it looks like before it is judged.
std::optional<std::string> to_ascii(std::string_view text) {
  std::string lower(text);
  if (!is_ascii(text)) {
    char* encoded = nullptr;
    const int error = idn2_to_ascii_8z(lower.c_str(), &encoded, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
    const std::unique_ptr<char, void (*)(void*)> owner(encoded, idn2_free);
    if (error != IDN2_OK) return std::nullopt;
    lower = encoded;
  }
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  return lower;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// A part of an IPv4 address: "0x" hexadecimal, "0" octal, else decimal. nullopt: not a number, or over 32
// bits.
std::optional<std::uint64_t> number(std::string_view part) {
  if (part.empty()) return std::nullopt;
  unsigned base = 10;
  if (part.starts_with("0x")) {
    base = 16;
    part.remove_prefix(2);
  } else if (part.size() > 1 && part[0] == '0') {
    base = 8;
  }
  std::uint64_t value = 0;
  for (char c : part) {
    const unsigned digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
    if (digit >= base) return std::nullopt;
    value = value * base + digit;
    if (value > 0xFFFFFFFF) return std::nullopt;
  }
  return value;
}

// What browsers take for IPv4 rather than a name: the last label is a number. Then it is an address or
// nothing.
bool looks_like_ipv4(std::string_view last_label) {
  const bool hexadecimal = last_label.starts_with("0x");
  const auto digits = hexadecimal ? last_label.substr(2) : last_label;
  const auto is_digit = [hexadecimal](char c) {
    return (c >= '0' && c <= '9') || (hexadecimal && c >= 'a' && c <= 'f');
  };
  return !last_label.empty() && std::all_of(digits.begin(), digits.end(), is_digit);
}

std::optional<Address> parse_ipv4(const std::vector<std::string_view>& parts) {
  if (parts.size() > 4) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto part = number(parts[i]);
    const bool last = i + 1 == parts.size();
    // The last part fills all the bytes that are left: 127.1 is 127.0.0.1.
    const unsigned bits = last ? 8 * static_cast<unsigned>(5 - parts.size()) : 8;
    if (!part || *part >> bits != 0) return std::nullopt;
    value = value << bits | *part;
  }
  return boost::asio::ip::address_v4(static_cast<std::uint32_t>(value));
}

std::optional<Host> parse_ipv6(std::string_view text) {
  const auto zone = text.find('%');
  boost::system::error_code failed;
  auto address = boost::asio::ip::make_address_v6(std::string(text.substr(0, zone)), failed);
  if (failed) return std::nullopt;
  if (zone != text.npos) address.scope_id(1);
  return Host{boost::asio::ip::address_v6(address.to_bytes()).to_string(), address};
}

bool valid_name(const std::vector<std::string_view>& labels) {
  return std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
    const bool length = !label.empty() && label.size() <= kLongestLabel;
    return length && std::all_of(label.begin(), label.end(), [](char c) {
             return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
           });
  });
}

}  // namespace

std::string Host::in_url() const { return address && address->is_v6() ? '[' + ascii + ']' : ascii; }

std::optional<Host> parse_host(std::string_view text) {
  if (text.find('\0') != text.npos) return std::nullopt;
  if (text.starts_with('[') && text.ends_with(']')) return parse_ipv6(text.substr(1, text.size() - 2));
  if (text.find(':') != text.npos) return parse_ipv6(text);

  auto ascii = to_ascii(text);
  if (!ascii) return std::nullopt;
  if (ascii->ends_with('.')) ascii->pop_back();
  if (ascii->empty() || ascii->size() > kLongestName) return std::nullopt;

  const auto labels = split(*ascii, '.');
  if (looks_like_ipv4(labels.back())) {
    const auto address = parse_ipv4(labels);
    if (!address) return std::nullopt;
    return Host{address->to_string(), address};
  }
  if (!valid_name(labels)) return std::nullopt;
  return Host{*ascii, std::nullopt};
}

}  // namespace watchbill::probe
