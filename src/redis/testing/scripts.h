// Small scripts for tests.
#pragma once

#include "redis/script.h"

namespace watchbill::redis::testing {

// Counts the key up.
inline constexpr Script kCount{"count", 1, "f793247de6e1e3c553cd42d39c812df499e679e4",
                               R"(return redis.call("INCR", KEYS[1]))"};

// Sets two keys of the same slot.
inline constexpr Script kSetBoth{
    "setBoth", 2, "dd56065c706ea3ba05ab09e6d26d974cda9a89c2",
    R"(redis.call("SET", KEYS[1], ARGV[1]) redis.call("SET", KEYS[2], ARGV[1]) return redis.call("EXISTS", KEYS[1], KEYS[2]))"};

}  // namespace watchbill::redis::testing
