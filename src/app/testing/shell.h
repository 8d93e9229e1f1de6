// Calls the program as a person would, in a folder of its own.
#pragma once

#include <cstdio>
#include <sstream>
#include <string>
#include <vector>

#include "app/cli/run.h"
#include "tests/support/temp_store.h"

namespace watchbill::app {

class Shell {
 public:
  struct Result {
    int code = 0;
    std::string out;
    std::string err;
    nlohmann::json json() const { return nlohmann::json::parse(out); }
    nlohmann::json error() const { return nlohmann::json::parse(err); }
  };

  // "user add ada@example.org": words are separated by single blanks.
  Result run(const std::string& line, const std::string& input = "") {
    std::istringstream words_of_line(line);
    std::vector<std::string> words;
    for (std::string word; words_of_line >> word;) words.push_back(word);
    return run_words(std::move(words), input);
  }

  Result run_words(std::vector<std::string> words, const std::string& input = "") {
    std::istringstream in(input);
    std::ostringstream out, err;
    Surroundings around{
        .in = in, .out = out, .err = err, .environment = environment, .folder = path(), .clock = clock};
    Result result;
    result.code = app::run(std::move(words), around);
    result.out = out.str();
    result.err = err.str();
    return result;
  }

  void write(const std::string& name, const std::string& text) {
    std::FILE* file = std::fopen((path() / name).c_str(), "w");
    std::fwrite(text.data(), 1, text.size(), file);
    std::fclose(file);
  }

  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  support::TempFolder folder_;

 public:
  // The database lies in the folder, whatever the tests' working directory.
  std::map<std::string, std::string, std::less<>> environment = {
      {"DATABASE_URL", "sqlite:" + (folder_.path() / "data/watchbill.db").string()}};
  base::SystemClock clock;
};

}  // namespace watchbill::app
