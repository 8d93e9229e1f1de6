#include "app/cli/invocation.h"

#include "app/text/nearest.h"

namespace watchbill::app {

namespace {

const CommandRow* find_command(std::string_view path) {
  for (const auto& row : commands()) {
    if (row.path == path) return &row;
  }
  return nullptr;
}

bool is_group(std::string_view word) {
  for (const auto& row : commands()) {
    if (row.path.starts_with(std::string(word) + ' ')) return true;
  }
  return false;
}

// Takes the flags that every command has out of `words`.
std::vector<std::string> take_global_flags(const std::vector<std::string>& words, Invocation& invocation) {
  std::vector<std::string> rest;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto& word = words[i];
    if (word == "--") {
      rest.insert(rest.end(), words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
      break;
    }
    if (word == "--json") {
      invocation.json = true;
    } else if (word == "--help" || word == "-h") {
      invocation.help = true;
    } else if (word == "--version" || word == "-V") {
      invocation.version = true;
    } else if (word == "--lang" && i + 1 < words.size()) {
      invocation.lang = words[++i];
    } else if (word.starts_with("--lang=")) {
      invocation.lang = word.substr(7);
    } else {
      rest.push_back(word);
    }
  }
  return rest;
}

}  // namespace

Invocation sort_words(const std::vector<std::string>& words) {
  Invocation invocation;
  auto rest = take_global_flags(words, invocation);
  if (rest.empty()) return invocation;
  std::size_t used = 1;
  if (is_group(rest[0])) {
    const bool has_second = rest.size() > 1 && !rest[1].starts_with('-');
    const auto path = has_second ? rest[0] + ' ' + rest[1] : rest[0];
    invocation.command = find_command(path);
    if (!invocation.command) (has_second ? invocation.unknown : invocation.group) = path;
    used = has_second ? 2 : 1;
  } else {
    invocation.command = find_command(rest[0]);
    if (!invocation.command) invocation.unknown = rest[0];
  }
  rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(used));
  invocation.rest = std::move(rest);
  return invocation;
}

std::string similar_command(const std::string& words) {
  std::vector<std::string_view> names;
  for (const auto& row : commands()) {
    names.push_back(row.path);
    names.push_back(row.path.substr(0, row.path.find(' ')));
  }
  return std::string(nearest(words, names).value_or(""));
}

}  // namespace watchbill::app
