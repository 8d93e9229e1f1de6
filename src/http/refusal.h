// The errors of the HTTP layer itself.
#pragma once

#include <string_view>

namespace watchbill::http {

// Why a request is answered without its handler; what an ErrorRenderer gets. Status 0: it is not refused.
struct Refusal {
  int status = 0;
  std::string_view code, message;

  explicit operator bool() const { return status != 0; }
};

namespace refusals {

inline constexpr Refusal kNone{};
inline constexpr Refusal kMalformed{400, "bad_request", "The request is not valid HTTP/1.1."};
inline constexpr Refusal kNotFound{404, "not_found", "There is nothing at this path."};
inline constexpr Refusal kMethod{405, "method_not_allowed", "This path does not answer that method."};
inline constexpr Refusal kTimeout{408, "request_timeout", "The request did not arrive in time."};
inline constexpr Refusal kBodyTooLarge{413, "body_too_large", "The request body is too large."};
inline constexpr Refusal kTargetTooLong{414, "uri_too_long", "The request line is too long."};
inline constexpr Refusal kEncoded{415, "content_encoding_not_supported",
                                  "Compressed request bodies are not accepted."};
inline constexpr Refusal kExpectation{417, "expectation_failed", "Only 100-continue can be expected."};
inline constexpr Refusal kHeaderTooLarge{431, "headers_too_large", "The request header is too large."};
inline constexpr Refusal kInternal{500, "internal_error", "The server failed to handle this request."};
inline constexpr Refusal kBusy{503, "too_many_connections", "The server has too many connections."};
inline constexpr Refusal kOverloaded{503, "too_many_large_requests",
                                     "The server receives too many large requests."};
inline constexpr Refusal kVersion{505, "http_version_not_supported",
                                  "Only HTTP/1.0 and HTTP/1.1 are spoken here."};

}  // namespace refusals

}  // namespace watchbill::http
