// libcurl's error codes in the domain's words. A pure function but for the look at the routing table.
#pragma once

#include <curl/curl.h>

#include <string_view>

#include "probe/failure.h"

namespace watchbill::probe {

// How a transfer ended, with what libcurl's code alone does not tell.
struct CurlEnd {
  CURLcode code = CURLE_OK;
  domain::Phase phase = domain::Phase::none;  // that was not over
  int system_error = 0;                       // errno of the failing socket call, 0: none failed
  std::string_view message;                   // libcurl's own; may hold text of the target
  Address address;
};

// `end.code` is not CURLE_OK.
Failure failure_of(const CurlEnd& end);

}  // namespace watchbill::probe
