#include "api/testing/contract.h"

#include <algorithm>
#include <cctype>

#include "api/openapi.h"
#include "api/testing/schema_check.h"

namespace watchbill::api {

using nlohmann::json;

namespace {

const std::set<std::string> kMethods = {"get", "post", "patch", "delete", "put"};

// Named once at the top of the document, for every operation: what is refused before a route gets to see it.
const std::set<int> kAnywhere = {400, 405, 408, 413, 414, 415, 417, 431, 500, 505};
// Of these only with this code; with any other one the operation has to name the status.
const std::set<std::pair<int, std::string>> kAnywhereWithCode = {
    {403, "foreign_origin"}, {503, "database_unavailable"}, {503, "too_many_connections"}};

std::string code_of(const Contract::Answer& answer) {
  const auto body = json::parse(answer.body, nullptr, false);
  return body.is_object() ? body.value("code", "") : "";
}

bool may_come_from_anywhere(const Contract::Answer& answer) {
  return kAnywhere.contains(answer.status) || kAnywhereWithCode.contains({answer.status, code_of(answer)});
}

// A body where none is taken.
bool refuses_a_body(const Contract::Answer& answer, const json* operation) {
  return answer.status == 422 && answer.method != "GET" && operation && !operation->contains("requestBody");
}

bool needs_retry_after(const Contract::Answer& answer) {
  return answer.status == 429 || (answer.status == 503 && code_of(answer) == "database_unavailable");
}

bool is_seconds(std::string_view text) {
  return !text.empty() && text != "0" && text.find_first_not_of("0123456789") == text.npos;
}

std::string in_case(std::string text, int (*convert)(int)) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [convert](unsigned char c) { return static_cast<char>(convert(c)); });
  return text;
}

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> result;
  for (std::size_t begin = 1; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    result.emplace_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return result;
}

bool matches(std::string_view pattern, std::string_view path) {
  const auto expected = segments(pattern), actual = segments(path);
  return std::equal(expected.begin(), expected.end(), actual.begin(), actual.end(),
                    [](const std::string& e, const std::string& a) { return e == a || e.starts_with('{'); });
}

}  // namespace

Contract::Contract() : document_(json::parse(openapi_json())) {}

std::set<std::string> Contract::operations() const {
  std::set<std::string> result;
  for (const auto& [path, item] : document_["paths"].items())
    for (const auto& [method, operation] : item.items())
      if (kMethods.contains(method)) result.insert(in_case(method, std::toupper) + " " + path);
  return result;
}

const json* Contract::find_operation(const Answer& answer) const {
  const auto method = in_case(answer.method == "HEAD" ? "GET" : answer.method, std::tolower);
  const json& paths = document_["paths"];
  if (paths.contains(answer.path)) {
    const auto operation = paths[answer.path].find(method);
    return operation == paths[answer.path].end() ? nullptr : &*operation;
  }
  for (const auto& [pattern, item] : paths.items())
    if (matches(pattern, answer.path) && item.contains(method)) return &item[method];
  return nullptr;
}

std::vector<std::string> Contract::problems(std::string_view schema_name, const json& value) const {
  return SchemaCheck(document_).problems(document_["components"]["schemas"].at(std::string(schema_name)),
                                         value);
}

std::vector<std::string> Contract::problems(const Answer& answer) const {
  auto found = form_problems(answer);
  if (answer.retry_after && needs_retry_after(answer) && !is_seconds(*answer.retry_after))
    found.push_back("no Retry-After in seconds");
  return found;
}

std::vector<std::string> Contract::form_problems(const Answer& answer) const {
  const json* operation = find_operation(answer);
  const bool general = may_come_from_anywhere(answer) || refuses_a_body(answer, operation);
  if (!operation)
    return general || answer.status == 404 ? problems("Error", json::parse(answer.body))
                                           : std::vector<std::string>{"no such operation"};
  const json& responses = (*operation)["responses"];
  const auto response = responses.find(std::to_string(answer.status));
  if (response == responses.end()) {
    if (general) return problems("Error", json::parse(answer.body));
    return {"status " + std::to_string(answer.status) + " is not documented"};
  }
  SchemaCheck check(document_);
  const json& resolved = check.resolve(*response);
  if (!resolved.contains("content"))
    return answer.body.empty() ? std::vector<std::string>{}
                               : std::vector<std::string>{"a body where none is documented"};
  const auto content = resolved["content"].find(answer.content_type);
  if (content == resolved["content"].end())
    return {"content type " + answer.content_type + " is not documented"};
  if (answer.content_type != "application/json") return {};
  return check.problems((*content)["schema"], json::parse(answer.body));
}

}  // namespace watchbill::api
