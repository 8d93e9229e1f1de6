// What a process says when it is ready.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "app/node/role.h"
#include "app/text/text.h"

namespace watchbill::app {

struct BannerFacts {
  std::string version;
  std::string data_folder;  // absolute
  std::string url;          // that can be opened as it is
  std::string instance;
  std::optional<std::string> setup_link;
  std::string setup_link_file;
  std::string common_flags;  // that other commands need too to reach this node: "" or " --data-dir X"
  struct Demo {
    std::string email, password;
  };
  std::optional<Demo> demo;
  bool in_a_file = true;  // where the database is; else in a server
  Role role = Role::all;
  bool has_redis = false;
  std::size_t concurrency = 1;
};

// For a terminal: several lines, each with its end.
std::string banner_text(const BannerFacts& facts, const Speaker& say);

// For everything else: one event.
nlohmann::json banner_json(const BannerFacts& facts);

}  // namespace watchbill::app
