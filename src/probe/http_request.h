// A request as libcurl wants it told.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "probe/options.h"
#include "probe/url.h"

namespace watchbill::probe {

struct HttpRequest {
  Url url;
  Address address;  // the only one that is connected to
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<std::string> body;
  bool decode = false;  // ask for compressed answers, and decompress whatever comes
  bool verify_tls = true;
  base::Millis connect_limit{0};  // the other phases' are those of the options
};

struct FreeCurlList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlList = std::unique_ptr<curl_slist, FreeCurlList>;

// What libcurl reads in place while the transfer runs, beside the request itself.
struct HttpRequestLists {
  CurlList headers;
  CurlList connect_to;
};

// Tells a fresh handle everything about the request: a connection of its own to that address only, HTTP/1.1,
// and nothing that comes from the environment, from a file of the user or from an earlier request.
HttpRequestLists set_request(CURL* easy, const HttpRequest& request, const ProbeOptions& options);

}  // namespace watchbill::probe
