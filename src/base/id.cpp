#include "base/id.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <boost/uuid/uuid.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <cstdint>
#include <stdexcept>

namespace watchbill::base {

namespace {

// Crockford's order keeps text order and numeric order the same.
constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t kIdLength = 26;

template <std::size_t N>
std::array<unsigned char, N> random_bytes() {
  static const int ready = sodium_init();
  if (ready < 0) throw std::runtime_error("no source of random numbers");
  std::array<unsigned char, N> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

}  // namespace

std::string new_id() {
  // Five random bits a character.
  const auto bytes = random_bytes<kIdLength>();
  std::string id;
  id.reserve(kIdLength);
  for (unsigned char byte : bytes) id += kAlphabet[byte & 31];
  return id;
}

std::string new_uuid() {
  const auto bytes = random_bytes<16>();
  boost::uuids::uuid id;
  std::copy(bytes.begin(), bytes.end(), id.begin());
  id.data[6] = static_cast<std::uint8_t>((id.data[6] & 0x0f) | 0x40);
  id.data[8] = static_cast<std::uint8_t>((id.data[8] & 0x3f) | 0x80);
  return to_string(id);
}

double id_fraction(std::string_view id) {
  std::uint64_t value = 0;
  constexpr std::size_t kDigits = 10;  // 50 bits, what a double holds
  bool ours = id.size() == kIdLength;
  for (std::size_t i = 0; ours && i < kDigits; ++i) {
    const auto digit = kAlphabet.find(id[i]);
    ours = digit != std::string_view::npos;
    value = value << 5 | digit;
  }
  if (!ours) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash;
    crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(id.data()), id.size());
    value = 0;
    for (std::size_t i = 0; i < 8; ++i) value = value << 8 | hash[i];
    value >>= 14;
  }
  return static_cast<double>(value) / static_cast<double>(1ULL << 50);
}

std::string new_secret() {
  const auto bytes = random_bytes<32>();
  std::array<char, 64> text{};
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text.data();
}

std::string sha256_hex(std::string_view text) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash;
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> hex;
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  return hex.data();
}

}  // namespace watchbill::base
