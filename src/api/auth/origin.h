// Whether a browser sent a request for a page of ours.
#pragma once

#include <string>

#include "http/message.h"

namespace watchbill::api {

// False when the browser says that another site made it send the request (`Sec-Fetch-Site`, `Origin`): the
// origin must be that of `public_url` (may be empty), or name the very host that the request went to.
// Requests without both headers do not come from a browser of today; they pass.
bool from_own_origin(const http::Request& request, const std::string& public_url);

}  // namespace watchbill::api
