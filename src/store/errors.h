// How a store fails. What a caller must expect in normal work comes back as a value; these are thrown.
#pragma once

#include <stdexcept>
#include <string>

namespace watchbill::store {

class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The database cannot do it now: nothing of the call was kept, unless `outcome_unknown`. Callers answer 503
// or try again; it is never a monitor's fault.
class Unavailable : public Error {
 public:
  enum class Reason { busy, disk_full, read_only, io, connection };

  Unavailable(Reason reason, const std::string& what, bool outcome_unknown = false)
      : Error(what), reason(reason), outcome_unknown(outcome_unknown) {}

  Reason reason;
  bool outcome_unknown;  // the commit was sent and its answer lost: read back before doing anything else
};

// The file exists and is no database of ours; it is left untouched.
class NotADatabase : public Error {
 public:
  using Error::Error;
};

// The database server does not let us in: user, password, name of the database, its version. No later try
// would help.
class AccessRefused : public Error {
 public:
  using Error::Error;
};

// Its migrations are not those this program knows: pending ones (run `watchbill migrate deploy`), a failed
// one, or ones of a newer version.
class MigrationNeeded : public Error {
 public:
  using Error::Error;
};

}  // namespace watchbill::store
