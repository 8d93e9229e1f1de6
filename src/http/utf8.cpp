#include "http/utf8.h"

#include <cstddef>

namespace watchbill::http {

namespace {

// The bytes that follow a lead byte, and the range of the first of them (Unicode, table 3-7); the others are
// 80..BF. Count 0: no lead byte.
struct Lead {
  std::size_t following;
  unsigned char low, high;
};

Lead lead(unsigned char c) {
  if (c >= 0xc2 && c <= 0xdf) return {1, 0x80, 0xbf};
  if (c == 0xe0) return {2, 0xa0, 0xbf};
  if (c == 0xed) return {2, 0x80, 0x9f};
  if (c >= 0xe1 && c <= 0xef) return {2, 0x80, 0xbf};
  if (c == 0xf0) return {3, 0x90, 0xbf};
  if (c >= 0xf1 && c <= 0xf3) return {3, 0x80, 0xbf};
  if (c == 0xf4) return {3, 0x80, 0x8f};
  return {0, 0, 0};
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    if (byte(i) < 0x80) {
      ++i;
      continue;
    }
    const auto [following, low, high] = lead(byte(i));
    if (following == 0 || text.size() - i <= following) return false;
    if (byte(i + 1) < low || byte(i + 1) > high) return false;
    for (std::size_t k = 2; k <= following; ++k)
      if (byte(i + k) < 0x80 || byte(i + k) > 0xbf) return false;
    i += following + 1;
  }
  return true;
}

}  // namespace watchbill::http
