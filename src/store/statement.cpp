#include "store/statement.h"

#include <algorithm>
#include <cctype>

namespace watchbill::store {

std::vector<Parameter> parameters_of(std::string_view sql) {
  const auto is_name = [](unsigned char c) { return std::isalnum(c) || c == '_'; };
  std::vector<Parameter> parameters;
  char quote = 0;
  for (std::size_t at = 0; at < sql.size(); ++at) {
    if (quote) {
      quote = sql[at] == quote ? 0 : quote;
    } else if (sql[at] == '\'' || sql[at] == '"') {
      quote = sql[at];
    } else if (sql[at] == ':') {
      const auto rest = sql.substr(at + 1);
      const auto end = std::find_if_not(rest.begin(), rest.end(), is_name);
      const auto name = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
      parameters.push_back({at, name});
      at += name.size();
    }
  }
  return parameters;
}

std::vector<std::string> parameter_names(std::string_view sql) {
  std::vector<std::string> names;
  for (const auto& parameter : parameters_of(sql))
    if (std::find(names.begin(), names.end(), parameter.name) == names.end())
      names.emplace_back(parameter.name);
  return names;
}

}  // namespace watchbill::store
