// Who is connected to the server, from CLIENT LIST: no I/O.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace watchbill::bullmq {

// A worker or a listener of a queue.
struct QueueClient {
  std::string name;                           // as its options say; empty: it has none
  std::string client_name;                    // as the server knows it: "bull:cXVldWU=:w:name"
  std::string address;                        // "10.0.0.7:53211"
  std::map<std::string, std::string> fields;  // all that the server tells: id, age, idle, db, …
};

// Workers introduce themselves with `queue_client_name`, or with ":w:<name>" behind it.
std::vector<QueueClient> workers_in(std::string_view client_list, std::string_view queue_client_name);
// Listeners introduce themselves with ":qe" behind it.
std::vector<QueueClient> listeners_in(std::string_view client_list, std::string_view queue_client_name);

}  // namespace watchbill::bullmq
