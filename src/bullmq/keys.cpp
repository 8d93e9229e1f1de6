#include "bullmq/keys.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <stdexcept>
#include <vector>

namespace watchbill::bullmq {

namespace {

std::string_view checked(std::string_view queue) {
  if (queue.empty()) throw std::invalid_argument("a queue needs a name");
  if (queue.find(':') != queue.npos)
    throw std::invalid_argument(fmt::format("the queue name \"{}\" must not contain \":\"", queue));
  return queue;
}

}  // namespace

Keys::Keys(std::string_view prefix, std::string_view queue_name)
    : queue(checked(queue_name)),
      qualified_name(fmt::format("{}:{}", prefix, queue_name)),
      base(qualified_name + ":"),
      active(of("active")),
      completed(of("completed")),
      deduplication(of("de")),
      delayed(of("delayed")),
      events(of("events")),
      failed(of("failed")),
      id(of("id")),
      limiter(of("limiter")),
      marker(of("marker")),
      meta(of("meta")),
      metrics_completed(of("metrics:completed")),
      metrics_failed(of("metrics:failed")),
      paused(of("paused")),
      priority_counter(of("pc")),
      prioritized(of("prioritized")),
      repeat(of("repeat")),
      stalled(of("stalled")),
      stalled_check(of("stalled-check")),
      wait(of("wait")),
      waiting_children(of("waiting-children")) {}

std::string client_name(std::string_view prefix, std::string_view queue, std::string_view suffix) {
  std::vector<unsigned char> encoded(4 * ((queue.size() + 2) / 3) + 1);
  const auto size = EVP_EncodeBlock(encoded.data(), reinterpret_cast<const unsigned char*>(queue.data()),
                                    static_cast<int>(queue.size()));
  const std::string_view name(reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(size));
  return fmt::format("{}:{}{}", prefix, name, suffix);
}

}  // namespace watchbill::bullmq
