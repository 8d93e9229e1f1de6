#include "store/statement.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

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

template <class Work>
auto Statement::translated(Work work) {
  try {
    return work();
  } catch (const soci::soci_error& error) {
    std::rethrow_exception(dialect_.translate(error, sql_ == "COMMIT"));
  }
}

Statement::Statement(soci::session& session, const Dialect& dialect, std::string sql)
    : dialect_(dialect), sql_(std::move(sql)), prepared_(session) {
  prepared_.alloc();
}

void Statement::wrong_parameters() const { throw std::logic_error("parameters do not fit: " + sql_); }

void Statement::prepare() {
  translated([&] {
    prepared_.prepare(sql_);
    prepared_.define_and_bind();
  });
}

void Statement::execute() {
  translated([&] { prepared_.execute(true); });
}

void Statement::execute_query() {
  translated([&] { prepared_.execute(false); });
}

bool Statement::fetch() {
  return translated([&] { return prepared_.fetch(); });
}

std::int64_t Statement::changed() { return prepared_.get_affected_rows(); }

}  // namespace watchbill::store
