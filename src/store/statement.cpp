#include "store/statement.h"

#include <algorithm>
#include <cctype>

namespace watchbill::store {

std::vector<std::string> parameter_names(std::string_view sql) {
  const auto is_name = [](unsigned char c) { return std::isalnum(c) || c == '_'; };
  std::vector<std::string> names;
  char quote = 0;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (quote)
      quote = sql[i] == quote ? 0 : quote;
    else if (sql[i] == '\'' || sql[i] == '"')
      quote = sql[i];
    else if (sql[i] == ':') {
      const auto end = std::find_if_not(sql.begin() + i + 1, sql.end(), is_name);
      const std::string name(sql.begin() + i + 1, end);
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
      i += name.size();
    }
  }
  return names;
}

}  // namespace watchbill::store
