#include "redis/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <stdexcept>

namespace watchbill::redis {

namespace {

constexpr std::uint16_t kSentinelPort = 26379;

[[noreturn]] void refuse(const std::string& why) { throw std::invalid_argument("Redis URL: " + why); }

template <class Number>
Number number_of(std::string_view text, Number least, Number most, std::string_view what) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least || number > most)
    refuse(fmt::format("the {} is not a number from {} to {}", what, least, most));
  return number;
}

struct Scheme {
  Topology topology;
  bool tls;
};

Scheme scheme_of(std::string_view scheme) {
  if (scheme == "redis") return {Topology::standalone, false};
  if (scheme == "rediss") return {Topology::standalone, true};
  if (scheme == "redis-sentinel") return {Topology::sentinel, false};
  if (scheme == "rediss-sentinel") return {Topology::sentinel, true};
  if (scheme == "redis-cluster") return {Topology::cluster, false};
  if (scheme == "rediss-cluster") return {Topology::cluster, true};
  refuse(fmt::format("the scheme \"{}\" is not one of redis, rediss, redis-sentinel, redis-cluster", scheme));
}

Endpoint endpoint_of(std::string_view text, std::uint16_t default_port) {
  Endpoint endpoint{.host = {}, .port = default_port};
  auto host_end = text.rfind(':');
  if (text.starts_with('[')) {
    const auto bracket = text.find(']');
    if (bracket == text.npos) refuse(fmt::format("the host \"{}\" lacks a closing bracket", text));
    endpoint.host = text.substr(1, bracket - 1);
    host_end = bracket + 1 < text.size() ? bracket + 1 : text.npos;
    if (host_end != text.npos && text[host_end] != ':') refuse(fmt::format("\"{}\" is not a host", text));
  } else {
    endpoint.host = text.substr(0, host_end);
  }
  if (host_end != text.npos)
    endpoint.port = number_of<std::uint16_t>(text.substr(host_end + 1), 1, 65535, "port");
  if (endpoint.host.empty()) refuse("there is no host");
  return endpoint;
}

std::vector<Endpoint> endpoints_of(std::string_view hosts, std::uint16_t default_port) {
  std::vector<Endpoint> endpoints;
  for (std::size_t begin = 0; begin <= hosts.size();) {
    const auto end = std::min(hosts.find(',', begin), hosts.size());
    endpoints.push_back(endpoint_of(hosts.substr(begin, end - begin), default_port));
    begin = end + 1;
  }
  return endpoints;
}

// A password with "/", "?" or "#" ends the authority early: what follows would be shown as a path or
// parameter.
void refuse_unencoded(std::string_view rest) {
  bool in_value = false;
  for (const char c : rest) {
    if (c == '#' || (c == '@' && !in_value))
      refuse("reserved characters such as / ? # @ in user and password must be percent-encoded");
    in_value = (in_value && c != '&') || c == '=';
  }
}

// The URL without its hosts, of which URLs know only one, and the hosts.
struct Split {
  std::string url;
  std::string hosts;
};

Split split_hosts(std::string_view url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == url.npos) refuse("it does not begin with a scheme such as redis://");
  const auto begin = scheme_end + 3;
  const auto authority_end = std::min(url.find_first_of("/?#", begin), url.size());
  const auto at = url.substr(0, authority_end).rfind('@');
  const auto hosts_begin = at == url.npos || at < begin ? begin : at + 1;
  refuse_unencoded(url.substr(authority_end));
  Split split;
  split.hosts = url.substr(hosts_begin, authority_end - hosts_begin);
  split.url = std::string(url.substr(0, hosts_begin)) + "host" + std::string(url.substr(authority_end));
  return split;
}

void take_path(const boost::urls::url_view& parts, Options& options) {
  std::vector<std::string> segments(parts.segments().begin(), parts.segments().end());
  std::erase(segments, "");
  auto next = segments.begin();
  if (options.topology == Topology::sentinel) {
    if (next == segments.end()) refuse("Sentinel needs the master's name: redis-sentinel://host/NAME");
    options.master = *next++;
  }
  if (next != segments.end()) options.database = number_of<int>(*next++, 0, 1 << 20, "database");
  if (next != segments.end()) refuse("nothing may follow the database");
}

void take_parameter(const std::string& key, const std::string& value, Options& options) {
  auto& sentinel = options.sentinel_credentials;
  if (key == "prefix")
    options.prefix = value;
  else if (key == "client_name")
    options.client_name = value;
  else if (key == "db")
    options.database = number_of<int>(value, 0, 1 << 20, "database");
  else if (key == "sentinel_user")
    (sentinel ? *sentinel : sentinel.emplace()).user = value;
  else if (key == "sentinel_password")
    (sentinel ? *sentinel : sentinel.emplace()).password = value;
  else if (!options.tls && (key == "ca" || key == "cert" || key == "key" || key == "sni" || key == "verify"))
    refuse(fmt::format("\"{}\" is for TLS: write rediss:// instead of redis://", key));
  else if (key == "ca")
    options.tls->ca_file = value;
  else if (key == "cert")
    options.tls->certificate_file = value;
  else if (key == "key")
    options.tls->key_file = value;
  else if (key == "sni")
    options.tls->server_name = value;
  else if (key == "verify")
    options.tls->verify = value != "no" && value != "false" && value != "0";
  else
    refuse(fmt::format("the parameter \"{}\" is not known", key));
}

}  // namespace

std::string Endpoint::text() const {
  return host.find(':') == host.npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

std::string Options::describe() const {
  std::string hosts;
  for (const auto& endpoint : endpoints) hosts += (hosts.empty() ? "" : ",") + endpoint.text();
  if (topology == Topology::sentinel) return fmt::format("master {} of sentinels {}", master, hosts);
  if (topology == Topology::cluster) return "cluster " + hosts;
  return hosts;
}

Options parse_url(std::string_view url) {
  const auto split = split_hosts(url);
  const auto parsed = boost::urls::parse_uri(split.url);
  if (!parsed) refuse("it is not a URL (reserved characters in user and password must be percent-encoded)");
  const auto& parts = *parsed;

  Options options;
  const auto scheme = scheme_of(parts.scheme());
  options.topology = scheme.topology;
  if (scheme.tls) options.tls.emplace();
  options.endpoints =
      endpoints_of(split.hosts, scheme.topology == Topology::sentinel ? kSentinelPort : std::uint16_t{6379});
  if (options.topology == Topology::standalone && options.endpoints.size() > 1)
    refuse("several hosts are for redis-sentinel:// and redis-cluster://");
  if (parts.has_userinfo() && !(parts.user().empty() && parts.password().empty()))
    options.credentials = Credentials{parts.user(), parts.password()};
  take_path(parts, options);
  for (const auto& parameter : parts.params()) take_parameter(parameter.key, parameter.value, options);
  if (options.topology == Topology::cluster && options.database != 0) refuse("a cluster has only database 0");
  return options;
}

}  // namespace watchbill::redis
