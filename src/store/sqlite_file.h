// The database file before it is opened: is it there, is it ours?
#pragma once

#include <soci/soci.h>

#include <cstdint>
#include <string>

#include "store/store.h"

namespace watchbill::store::sqlite {

// In the file's header, so that no other program's database is taken for ours ("WBIL").
constexpr std::int64_t kApplicationId = 0x5742494c;

// "sqlite:PATH" to an absolute path. Throws Error.
std::string path_of(const std::string& url);

// For SOCI.
std::string connect_string(const std::string& path, bool read_only);

// Makes a database with nothing in it but our mark, unless something is there already. Several processes may
// try at once. Throws NotADatabase for a file of zero length, Unavailable when it cannot be made.
void create_if_absent(const std::string& path);

// Throws NotADatabase for an open database that holds somebody else's tables.
void check_ours(soci::session& session, const std::string& path);

}  // namespace watchbill::store::sqlite
