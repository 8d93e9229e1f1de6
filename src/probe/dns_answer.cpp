#include "probe/dns_answer.h"

#include <ares.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace watchbill::probe {

namespace {

using Status = DnsAnswer::Status;

constexpr std::size_t kMostAddresses = 32;

Address address_of(const ares_addrttl& record) {
  return boost::asio::ip::address_v4(ntohl(record.ipaddr.s_addr));
}

Address address_of(const ares_addr6ttl& record) {
  boost::asio::ip::address_v6::bytes_type bytes;
  std::memcpy(bytes.data(), &record.ip6addr, bytes.size());
  return boost::asio::ip::address_v6(bytes);
}

DnsAnswer failed(int status) {
  DnsAnswer answer;
  answer.problem = ares_strerror(status);
  return answer;
}

// c-ares gives each record the shortest TTL of itself and the aliases before it.
template <class Record, class Parse>
DnsAnswer read_records(Parse parse, const unsigned char* bytes, int size) {
  std::array<Record, kMostAddresses> records;
  int count = kMostAddresses;
  const int status = parse(bytes, size, nullptr, records.data(), &count);
  if (status != ARES_SUCCESS && status != ARES_ENODATA) return failed(status);
  DnsAnswer answer;
  answer.status = Status::not_found;
  if (status == ARES_ENODATA || count == 0) return answer;
  answer.status = Status::found;
  int ttl = records[0].ttl;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    answer.addresses.push_back(address_of(records[i]));
    ttl = std::min(ttl, records[i].ttl);
  }
  answer.ttl = std::chrono::seconds(std::max(ttl, 0));
  return answer;
}

}  // namespace

DnsAnswer read_reply(bool v6, int status, const unsigned char* bytes, int size) {
  if (status == ARES_SUCCESS)
    return v6 ? read_records<ares_addr6ttl>(&ares_parse_aaaa_reply, bytes, size)
              : read_records<ares_addrttl>(&ares_parse_a_reply, bytes, size);
  if (status != ARES_ENOTFOUND && status != ARES_ENODATA) return failed(status);
  DnsAnswer answer;
  answer.status = Status::not_found;
  return answer;
}

// IPv4 first: a machine without working IPv6 is common and costs a timeout where IPv6 goes first; the reverse
// is rare.
DnsAnswer join(DnsAnswer v4, DnsAnswer v6) {
  if (v4.addresses.empty() && v6.addresses.empty()) return v4.status == Status::failed ? v4 : v6;
  DnsAnswer answer;
  answer.status = Status::found;
  answer.ttl = std::chrono::seconds::max();
  for (auto* half : {&v4, &v6}) {
    const auto room = kMostAddresses - answer.addresses.size();
    const auto taken = half->addresses.begin() + static_cast<long>(std::min(room, half->addresses.size()));
    answer.addresses.insert(answer.addresses.end(), half->addresses.begin(), taken);
    if (half->status != Status::not_found) answer.ttl = std::min(answer.ttl, half->ttl);
  }
  return answer;
}

}  // namespace watchbill::probe
