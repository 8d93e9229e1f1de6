#include "http/test_server.h"

#include <fmt/format.h>

namespace watchbill::http {

base::Task<Response> echo(Request& request) {
  co_return Response::text(200,
                           fmt::format("{} {} {} bytes from {}\n{}", to_string(request.method), request.path,
                                       request.body.size(), request.remote_address, request.body));
}

}  // namespace watchbill::http
