#include "app/commands/http_call.h"

#include <curl/curl.h>

#include <memory>
#include <stdexcept>

namespace watchbill::app {

namespace {

constexpr std::size_t kLargestAnswer = 64 * 1024 * 1024;

std::size_t append(char* data, std::size_t, std::size_t size, void* target) {
  auto& body = *static_cast<std::string*>(target);
  if (body.size() + size > kLargestAnswer) return 0;
  body.append(data, size);
  return size;
}

struct CurlDeleter {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, CurlDeleter>;
using List = std::unique_ptr<curl_slist, CurlDeleter>;

List header_list(const std::vector<std::string>& headers) {
  List list;
  for (const auto& header : headers) {
    auto* longer = curl_slist_append(list.get(), header.c_str());
    if (!longer) throw std::bad_alloc();
    list.release();
    list.reset(longer);
  }
  return list;
}

}  // namespace

HttpAnswer call_http(const HttpCall& call) {
  const Handle curl(curl_easy_init());
  if (!curl) throw std::runtime_error("libcurl cannot be initialised");
  const auto headers = header_list(call.headers);
  HttpAnswer answer;
  char reason[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(curl.get(), CURLOPT_URL, call.url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, call.method.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  if (call.method != "GET") {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, call.body.data());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
  }
  curl_easy_setopt(curl.get(), CURLOPT_NOPROXY, "127.0.0.1,::1,localhost");
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(call.connect_deadline.count()));
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(call.deadline.count()));
  // So that a server that vanished is noticed before a long deadline.
  curl_easy_setopt(curl.get(), CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, reason);
  const auto result = curl_easy_perform(curl.get());
  if (result == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
  } else {
    answer.error = *reason ? reason : curl_easy_strerror(result);
    answer.refused = result == CURLE_COULDNT_CONNECT;
  }
  return answer;
}

}  // namespace watchbill::app
