// Where settings come from, in the order in which they count: flags, environment, .env.production, .env.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "app/text/text.h"

namespace watchbill::app {

struct Origin {
  enum class Kind { built_in, flag, environment, file };
  Kind kind = Kind::built_in;
  std::string where;  // "--port", ".env:12"; of a NAME_FILE the path of the file
};

std::string describe(const Origin& origin, const Speaker& say);

struct Setting {
  std::string text;
  Origin origin;
  bool doubtful_hash = false;  // see DotenvEntry
};

using Layer = std::map<std::string, Setting, std::less<>>;

// What is wrong with a setting, ready to be printed: nothing secret in it.
struct Problem {
  bool fatal = true;
  std::string key;  // empty: the whole file
  std::string origin;
  std::string value;
  std::string message;
  std::string allowed;  // may be empty
};

struct Sources {
  std::map<std::string, Setting, std::less<>> flags;  // by key
  std::map<std::string, std::string, std::less<>> environment;
  std::filesystem::path folder;  // of the .env files; relative NAME_FILE paths start here
};

struct Layers {
  std::vector<Layer> layers;  // the first that has a key decides
  std::vector<Problem> problems;
};

Layers read_layers(const Sources& sources, const Speaker& say);

// "" when the file cannot be read or is larger than `limit`; `error` then says why.
std::string read_file(const std::filesystem::path& path, std::size_t limit, std::string& error);

}  // namespace watchbill::app
