#include "api/testing/contract.h"

#include <algorithm>
#include <cctype>

#include "api/openapi.h"
#include "api/testing/schema_check.h"

namespace watchbill::api {

using nlohmann::json;

namespace {

const std::set<std::string> kMethods = {"get", "post", "patch", "delete", "put"};

// Named once at the top of the document, for every operation.
const std::set<int> kAnywhere = {400, 403, 404, 405, 408, 413, 414, 415, 422, 429, 431, 500, 503};

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
  const json* operation = find_operation(answer);
  const bool general = kAnywhere.contains(answer.status);
  if (!operation)
    return general ? problems("Error", json::parse(answer.body))
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
