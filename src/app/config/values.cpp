#include "app/config/values.h"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/url.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace watchbill::app {

namespace asio = boost::asio;
namespace urls = boost::urls;

namespace {

struct Unit {
  std::string_view name;
  std::int64_t ms;
};
constexpr std::array<Unit, 5> kUnits = {
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == text.npos ? std::string_view()
                            : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text, std::int64_t min, std::int64_t max) {
  std::int64_t value = 0;
  if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < min || value > max)
    return std::nullopt;
  return value;
}

std::optional<base::Millis> parse_duration(std::string_view text, base::Millis min, base::Millis max) {
  const auto digits = text.substr(0, text.find_first_not_of("0123456789"));
  const auto unit = digits.size() == text.size() ? "ms" : text.substr(digits.size());
  const auto row = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return u.name == unit; });
  if (row == kUnits.end()) return std::nullopt;
  const auto count = parse_integer(digits, 0, max.count() / row->ms);
  if (!count || base::Millis(*count * row->ms) < min) return std::nullopt;
  return base::Millis(*count * row->ms);
}

std::string format_duration(base::Millis duration) {
  for (const auto& unit : kUnits) {
    if (duration.count() >= unit.ms && duration.count() % unit.ms == 0) {
      return std::to_string(duration.count() / unit.ms).append(unit.name);
    }
  }
  return "0ms";
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto comma = text.find(',');
    if (const auto part = trim(text.substr(0, comma)); !part.empty()) parts.emplace_back(part);
    text = comma == text.npos ? std::string_view() : text.substr(comma + 1);
  }
  return parts;
}

bool is_address(std::string_view text) {
  boost::system::error_code error;
  asio::ip::make_address(std::string(text), error);
  return !error && text.find('%') == text.npos;
}

bool is_address_or_network(std::string_view text) {
  if (text.find('/') == text.npos) return is_address(text);
  boost::system::error_code error;
  const auto v4 = asio::ip::make_network_v4(std::string(text), error);
  if (!error) return v4 == v4.canonical();
  const auto v6 = asio::ip::make_network_v6(std::string(text), error);
  return !error && v6 == v6.canonical();
}

bool is_address_with_port(std::string_view text) {
  if (is_address(text)) return true;
  const auto colon = text.rfind(':');
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == text.npos || !is_address(text.substr(1, end - 1))) return false;
    return end + 1 == text.size() || (colon == end + 1 && parse_integer(text.substr(colon + 1), 1, 65535));
  }
  return colon != text.npos && is_address(text.substr(0, colon)) &&
         parse_integer(text.substr(colon + 1), 1, 65535);
}

std::optional<std::string> parse_public_url(std::string_view text) {
  const auto url = urls::parse_uri({text.data(), text.size()});
  if (!url) return std::nullopt;
  const bool web = url->scheme_id() == urls::scheme::http || url->scheme_id() == urls::scheme::https;
  if (!web || url->host().empty() || url->has_userinfo() || url->has_query() || url->has_fragment())
    return std::nullopt;
  if (url->has_port() && url->port_number() == 0) return std::nullopt;
  std::string result(text);
  while (result.ends_with('/')) result.pop_back();
  return result;
}

std::string with_path(std::string_view public_url, std::string_view path) {
  const auto host = public_url.find("://") + 3;
  return std::string(public_url.substr(0, public_url.find('/', host))).append(path);
}

std::optional<std::string> parse_base_path(std::string_view text) {
  if (text.empty() || text == "/") return "";
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/-_.~").find(c) != std::string_view::npos;
  };
  if (text.front() != '/' || text.back() == '/' || !std::all_of(text.begin(), text.end(), allowed))
    return std::nullopt;
  for (const auto bad : {"//", "/./", "/../"}) {
    if ((std::string(text) + '/').find(bad) != std::string::npos) return std::nullopt;
  }
  return std::string(text);
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace watchbill::app
