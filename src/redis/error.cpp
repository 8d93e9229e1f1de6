#include "redis/error.h"

#include <array>
#include <utility>

namespace watchbill::redis {

namespace {

constexpr std::array<std::pair<std::string_view, ErrorKind>, 18> kFirstWords{{
    {"NOAUTH", ErrorKind::auth},
    {"WRONGPASS", ErrorKind::auth},
    {"NOPERM", ErrorKind::forbidden},
    {"NOSCRIPT", ErrorKind::no_script},
    {"READONLY", ErrorKind::read_only},
    {"UNBLOCKED", ErrorKind::read_only},
    {"NOREPLICAS", ErrorKind::no_replicas},
    {"LOADING", ErrorKind::loading},
    {"MASTERDOWN", ErrorKind::master_down},
    {"OOM", ErrorKind::out_of_memory},
    {"MISCONF", ErrorKind::misconfigured},
    {"BUSY", ErrorKind::busy},
    {"MOVED", ErrorKind::moved},
    {"ASK", ErrorKind::ask},
    {"TRYAGAIN", ErrorKind::try_again},
    {"CLUSTERDOWN", ErrorKind::cluster_down},
    {"CROSSSLOT", ErrorKind::cross_slot},
    {"WRONGTYPE", ErrorKind::wrong_type},
}};

}  // namespace

ErrorKind kind_of_reply(std::string_view message) {
  const auto word = message.substr(0, message.find(' '));
  for (const auto& [first, kind] : kFirstWords)
    if (word == first) return kind;
  // What fails inside a script carries the script's name and line first, and the cause behind them.
  if (message.find("max number of clients") != message.npos) return ErrorKind::too_many_clients;
  if (message.find("WRONGTYPE") != message.npos) return ErrorKind::wrong_type;
  if (message.find("OOM command not allowed") != message.npos) return ErrorKind::out_of_memory;
  if (message.find("-READONLY") != message.npos) return ErrorKind::read_only;
  if (message.find("-MISCONF") != message.npos) return ErrorKind::misconfigured;
  if (message.find("non local key") != message.npos) return ErrorKind::cross_slot;
  return ErrorKind::other;
}

bool is_passing(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::unavailable:
    case ErrorKind::no_script:
    case ErrorKind::read_only:
    case ErrorKind::no_replicas:
    case ErrorKind::loading:
    case ErrorKind::master_down:
    case ErrorKind::busy:
    case ErrorKind::moved:
    case ErrorKind::ask:
    case ErrorKind::try_again:
    case ErrorKind::cluster_down:
    case ErrorKind::too_many_clients:
      return true;
    default:
      return false;
  }
}

bool needs_new_connection(ErrorKind kind) {
  return kind == ErrorKind::read_only || kind == ErrorKind::master_down || kind == ErrorKind::auth;
}

}  // namespace watchbill::redis
