// What name servers say about a name, in this program's words. Plain code without sockets.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "probe/address_guard.h"

namespace watchbill::probe {

struct DnsAnswer {
  enum class Status {
    found,
    not_found,  // the name does not exist, or has no address
    failed,     // no usable answer from our name servers
  };
  Status status = Status::failed;
  std::vector<Address> addresses;  // IPv4 first, at most 32
  std::chrono::seconds ttl{0};     // the shortest on the way; of a negative or incomplete answer: 0
  std::string problem;             // of a failed one, for people: "server failure"
};

// The reply to one question, for addresses of one family, as c-ares hands it over.
DnsAnswer read_reply(bool v6, int status, const unsigned char* bytes, int size);

// The answer about a name from those about its two families. A family that nothing is known of leaves the
// other's addresses usable, but not for later; without any, nothing is known of the name.
DnsAnswer join(DnsAnswer v4, DnsAnswer v6);

}  // namespace watchbill::probe
