#include "redis/slot.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace watchbill::redis {

namespace {

// CRC16-CCITT, XMODEM's.
constexpr std::uint16_t kPolynomial = 0x1021;

constexpr std::array<std::uint16_t, 256> make_crc_table() {
  std::array<std::uint16_t, 256> table{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    unsigned crc = byte << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1) ^ (crc & 0x8000 ? kPolynomial : 0);
    table[byte] = static_cast<std::uint16_t>(crc);
  }
  return table;
}

constexpr auto kCrcTable = make_crc_table();

std::uint16_t crc16(std::string_view bytes) {
  unsigned crc = 0;
  for (const char c : bytes)
    crc = ((crc << 8) ^ kCrcTable[((crc >> 8) ^ static_cast<unsigned char>(c)) & 0xff]) & 0xffff;
  return static_cast<std::uint16_t>(crc);
}

std::string_view hashed_part(std::string_view key) {
  const auto open = key.find('{');
  if (open == key.npos) return key;
  const auto close = key.find('}', open + 1);
  return close == key.npos || close == open + 1 ? key : key.substr(open + 1, close - open - 1);
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

Endpoint endpoint_of(std::string_view host, std::uint16_t port, const Endpoint& asked) {
  return {host.empty() || host == "?" ? asked.host : std::string(host), port};
}

bool is_port(std::int64_t number) { return number > 0 && number <= 65535; }

}  // namespace

std::uint16_t slot_of(std::string_view key) { return crc16(hashed_part(key)) % kSlots; }

SlotTable slot_table_of(Value answer, const Endpoint& asked) {
  SlotTable table;
  for (std::size_t index = 0; index < answer.size(); ++index) {
    const auto range = answer[index];
    const auto first = range[0].integer(-1), last = range[1].integer(-1);
    for (std::size_t node = 2; node < range.size(); ++node) {
      const auto port = range[node][1].integer();
      if (!is_port(port)) continue;
      const auto endpoint = endpoint_of(range[node][0].text(), static_cast<std::uint16_t>(port), asked);
      if (std::find(table.nodes.begin(), table.nodes.end(), endpoint) == table.nodes.end())
        table.nodes.push_back(endpoint);
      if (node == 2 && 0 <= first && first <= last && last < kSlots)
        table.ranges.push_back(
            {static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(last), endpoint});
    }
  }
  return table;
}

std::optional<Redirection> redirection_of(std::string_view error, const Endpoint& asked) {
  const auto slot_begin = error.find(' ') + 1;
  const auto host_begin = error.find(' ', slot_begin) + 1;
  const auto port_begin = error.rfind(':') + 1;
  if (slot_begin == 0 || host_begin == 0 || port_begin <= host_begin) return std::nullopt;
  std::uint16_t slot = 0, port = 0;
  if (!read_number(error.substr(slot_begin, host_begin - 1 - slot_begin), slot) || slot >= kSlots ||
      !read_number(error.substr(port_begin), port) || port == 0)
    return std::nullopt;
  const auto host = error.substr(host_begin, port_begin - 1 - host_begin);
  return Redirection{slot, endpoint_of(host, port, asked)};
}

}  // namespace watchbill::redis
