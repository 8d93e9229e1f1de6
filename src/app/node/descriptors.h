// How many files and sockets this process may have open.
#pragma once

#include <cstddef>

namespace watchbill::app {

// Raises the soft limit to the hard one: 1,024, which Debian gives to shells and services, are fewer than the
// connections that the server keeps. Returns the limit that holds now.
std::size_t raise_descriptor_limit();

// How many connections of clients leave enough of `limit` for probes, name servers and the database.
std::size_t connections_within(std::size_t limit);

}  // namespace watchbill::app
