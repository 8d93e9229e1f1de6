// What can go wrong between us and Redis, told apart by what a caller can do about it.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace watchbill::redis {

enum class ErrorKind {
  // Between us and the server
  unavailable,      // never sent: the server did nothing
  outcome_unknown,  // sent, and the connection or the deadline was over before the reply came
  protocol,         // the other side does not speak RESP
  // What the server answered; what no comment says otherwise of was not carried out
  auth,           // NOAUTH, WRONGPASS
  forbidden,      // NOPERM: the user may not run this command or touch this key
  no_script,      // NOSCRIPT
  read_only,      // READONLY, UNBLOCKED: a replica, or a master that was demoted
  no_replicas,    // NOREPLICAS: fewer than min-replicas-to-write follow
  loading,        // LOADING: the data set is being read from disk
  master_down,    // MASTERDOWN
  out_of_memory,  // OOM: maxmemory is reached and nothing may be evicted
  misconfigured,  // MISCONF: writes are refused because snapshots cannot be saved
  busy,           // BUSY: a script runs for too long
  moved,          // MOVED: the slot is elsewhere
  ask,            // ASK: this key is already elsewhere
  try_again,      // TRYAGAIN: the keys of one command are on two nodes for a moment
  cluster_down,   // CLUSTERDOWN
  cross_slot,     // CROSSSLOT: the keys of one command belong to different slots
  wrong_type,     // WRONGTYPE: the key holds another kind of value; a script may have done a part of its work
  too_many_clients,  // maxclients is reached
  other,             // any other error reply; a script may have done a part of its work
};

class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}

  ErrorKind kind() const { return kind_; }

  // The command may have been carried out: read the state back before it is repeated.
  bool may_have_run() const {
    return kind_ == ErrorKind::outcome_unknown || kind_ == ErrorKind::wrong_type || kind_ == ErrorKind::other;
  }

 private:
  ErrorKind kind_;
};

// Of an error reply, by its first word.
ErrorKind kind_of_reply(std::string_view message);

// The command was not carried out and the same command may succeed a moment later, on the same or another
// connection.
bool is_passing(ErrorKind kind);

// Nobody can be served through this connection any more: it leads to a replica, or past its rights.
bool needs_new_connection(ErrorKind kind);

}  // namespace watchbill::redis
