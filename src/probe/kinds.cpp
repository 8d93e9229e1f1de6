#include <array>

#include "probe/http_probe.h"
#include "probe/kind.h"
#include "probe/tcp_probe.h"

namespace watchbill::probe {

std::span<const Kind> kinds() {
  static constexpr std::array kTable{
      Kind{"http", http_schema, check_http, probe_http},
      Kind{"tcp", tcp_schema, check_tcp, probe_tcp},
  };
  return kTable;
}

}  // namespace watchbill::probe
