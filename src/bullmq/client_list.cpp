#include "bullmq/client_list.h"

#include <functional>
#include <optional>

#include "bullmq/keys.h"

namespace watchbill::bullmq {

namespace {

// `until` ends each piece, and the text as well.
void for_each_piece(std::string_view text, char until, const std::function<void(std::string_view)>& use) {
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find(until, begin), text.size());
    if (end > begin) use(text.substr(begin, end - begin));
    begin = end + 1;
  }
}

QueueClient client_of(std::string_view line) {
  QueueClient client;
  for_each_piece(line, ' ', [&client](std::string_view pair) {
    const auto equals = pair.find('=');
    if (equals != pair.npos) client.fields.emplace(pair.substr(0, equals), pair.substr(equals + 1));
  });
  client.client_name = client.fields["name"];
  client.address = client.fields["addr"];
  return client;
}

// `match` gives the name of a client that is meant.
std::vector<QueueClient> clients_in(
    std::string_view list, const std::function<std::optional<std::string>(const std::string&)>& match) {
  std::vector<QueueClient> clients;
  for_each_piece(list, '\n', [&](std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    auto client = client_of(line);
    auto name = match(client.client_name);
    if (!name) return;
    client.name = std::move(*name);
    clients.push_back(std::move(client));
  });
  return clients;
}

}  // namespace

std::vector<QueueClient> workers_in(std::string_view list, std::string_view queue_client_name) {
  const auto named = std::string(queue_client_name) + std::string(kWorkerSuffix);
  return clients_in(list, [&](const std::string& client) -> std::optional<std::string> {
    if (client == queue_client_name) return "";
    if (client.starts_with(named)) return client.substr(named.size());
    return std::nullopt;
  });
}

std::vector<QueueClient> listeners_in(std::string_view list, std::string_view queue_client_name) {
  const auto wanted = std::string(queue_client_name) + std::string(kListenerSuffix);
  return clients_in(list, [&](const std::string& client) -> std::optional<std::string> {
    if (client == wanted) return "";
    return std::nullopt;
  });
}

}  // namespace watchbill::bullmq
