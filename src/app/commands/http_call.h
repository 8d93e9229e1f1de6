// One blocking HTTP call, for commands that talk to a running server.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"

namespace watchbill::app {

struct HttpCall {
  std::string url;
  std::string method = "GET";
  std::vector<std::string> headers;  // "name: value"
  std::string body;
  base::Millis connect_deadline{5'000};
  base::Millis deadline{60'000};
};

struct HttpAnswer {
  int status = 0;        // 0: there was no answer
  std::string body;      // cut at 64 MiB
  std::string error;     // why there was none
  bool refused = false;  // nobody listens there
};

// Never throws for what the other side does. Redirects are not followed, so that a secret goes to one place
// only; calls of this machine itself use no proxy.
HttpAnswer call_http(const HttpCall& call);

}  // namespace watchbill::app
