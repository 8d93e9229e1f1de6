// What the operator decides about probes; the rest is decided per monitor.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "probe/address_guard.h"

namespace watchbill::probe {

// Each is further bounded by the monitor's own timeout, which counts for the whole check.
struct PhaseLimits {
  std::chrono::milliseconds resolve{5000};
  std::chrono::milliseconds connect{10000};
  std::chrono::milliseconds tls{10000};
  std::chrono::milliseconds first_byte{30000};
};

struct ProbeOptions {
  // Addresses beyond the public ones that monitors may connect to (PROBE_ALLOW).
  std::vector<AddressRange> allowed;
  std::string user_agent = "watchbill";
  PhaseLimits limits;
  std::size_t header_cap = 64 * 1024;
  // After decompression; keyword and pattern are looked for in this much.
  std::size_t body_cap = 1024 * 1024;
  // Without keyword or pattern nobody reads the body: after this much the check is over.
  std::size_t unread_body_cap = 64 * 1024;
  // Trusted certificate authorities (PEM).
  std::string ca_file = "/etc/ssl/certs/ca-certificates.crt";
  // "192.0.2.53:53,[2001:db8::53]"; empty: those of the system.
  std::string dns_servers;
};

}  // namespace watchbill::probe
