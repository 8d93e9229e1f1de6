#include "probe/http_request.h"

#include <fmt/format.h>
#include <strings.h>

#include <new>
#include <string_view>

namespace watchbill::probe {

namespace {

void append(CurlList& list, const std::string& line) {
  curl_slist* head = curl_slist_append(list.get(), line.c_str());
  if (!head) throw std::bad_alloc();
  if (!list) list.reset(head);
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

// A name for this transfer alone: libcurl's own cache of names, which CURLOPT_RESOLVE fills, is shared by
// all.
CurlList pinned(const HttpRequest& request) {
  const bool v6 = request.address.is_v6();
  CurlList list;
  append(list, fmt::format("::{}{}{}:{}", v6 ? "[" : "", request.address.to_string(), v6 ? "]" : "",
                           request.url.port));
  return list;
}

void set_connection(CURL* easy, const HttpRequest& request) {
  curl_easy_setopt(easy, CURLOPT_URL, request.url.text.c_str());
  curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");  // not the one of the environment
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
}

void set_tls(CURL* easy, const HttpRequest& request, const ProbeOptions& options) {
  curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
  // With a directory of certificates libcurl would read the whole store for every handshake instead of
  // keeping it.
  curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, request.verify_tls ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, request.verify_tls ? 2L : 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
}

void set_method(CURL* easy, const HttpRequest& request) {
  if (request.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  if (request.body || request.method == "POST") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body ? request.body->size() : 0));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body ? request.body->data() : "");
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

CurlList header_lines(const HttpRequest& request) {
  CurlList lines;
  bool typed = false;
  for (const auto& [name, value] : request.headers) {
    typed |= same_name(name, "content-type");
    // libcurl takes "Name:" for "do not send this one".
    append(lines, value.empty() ? name + ';' : fmt::format("{}: {}", name, value));
  }
  // Without it libcurl would call every body a form.
  if (!typed && request.body) append(lines, "Content-Type:");
  return lines;
}

}  // namespace

HttpRequestLists set_request(CURL* easy, const HttpRequest& request, const ProbeOptions& options) {
  HttpRequestLists lists{header_lines(request), pinned(request)};
  set_connection(easy, request);
  curl_easy_setopt(easy, CURLOPT_CONNECT_TO, lists.connect_to.get());
  if (request.url.tls) set_tls(easy, request, options);
  set_method(easy, request);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, lists.headers.get());
  if (request.decode) curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate, br");
  return lists;
}

}  // namespace watchbill::probe
