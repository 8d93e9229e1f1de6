#include "store/mysql_options.h"

#include <fmt/format.h>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

#include "store/errors.h"

namespace watchbill::store::mysql {

namespace {

[[noreturn]] void refuse(const std::string& why) { throw Error("the URL of the database: " + why); }

int number_of(std::string_view text, int most, std::string_view what) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1 || number > most)
    refuse(fmt::format("{} is not a number from 1 to {}", what, most));
  return number;
}

Tls tls_of(std::string_view name, std::string_view value) {
  const bool is_prismas = name == "sslaccept";
  if (value == (is_prismas ? "strict" : "verify")) return Tls::verified;
  if (value == (is_prismas ? "accept_invalid_certs" : "required")) return Tls::encrypted;
  if (!is_prismas && value == "disabled") return Tls::off;
  refuse(fmt::format("{}={} is none of {}", name, value,
                     is_prismas ? "strict, accept_invalid_certs" : "disabled, required, verify"));
}

// What a file is named for needs TLS.
void name_file(MysqlOptions& options, std::string MysqlOptions::*file, std::string value) {
  options.*file = std::move(value);
  if (options.tls == Tls::off) options.tls = Tls::verified;
}

void take(MysqlOptions& options, const std::string& name, const std::string& value) {
  if (name == "connection_limit")
    options.connections = static_cast<std::size_t>(number_of(value, 64, name));
  else if (name == "connect_timeout")
    options.connect_timeout = std::chrono::seconds(number_of(value, 600, name));
  else if (name == "socket_timeout")
    options.answer_timeout = std::chrono::seconds(number_of(value, 600, name));
  else if (name == "socket")
    options.socket = value;
  else if (name == "sslaccept" || name == "sslmode")
    options.tls = tls_of(name, value);
  else if (name == "sslcert" || name == "ssl_ca")
    name_file(options, &MysqlOptions::ca, value);
  else if (name == "ssl_client_cert")
    name_file(options, &MysqlOptions::certificate, value);
  else if (name == "ssl_client_key")
    name_file(options, &MysqlOptions::key, value);
  else if (name != "pool_timeout" && name != "charset" && name != "timezone")
    refuse(fmt::format(
        "the parameter \"{}\" is not known; known are connection_limit, connect_timeout, socket_timeout, "
        "socket, sslaccept, sslmode, sslcert, ssl_ca, ssl_client_cert, ssl_client_key",
        name));
}

}  // namespace

MysqlOptions parse_mysql_url(const std::string& text) {
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed)
    refuse(
        "it is not of the form mysql://USER:PASSWORD@HOST:PORT/DATABASE (characters such as / ? # @ in the "
        "password "
        "must be percent-encoded)");
  const auto& url = *parsed;
  MysqlOptions options{
      .host = std::string(url.host_address()), .user = url.user(), .password = url.password()};
  if (url.has_port() && !url.port().empty())
    options.port = static_cast<std::uint16_t>(number_of(std::string(url.port()), 65535, "the port"));
  for (const auto segment : url.segments()) {
    if (!options.database.empty()) refuse("there is more than one name after the host");
    options.database = segment;
  }
  for (const auto parameter : url.params())
    take(options, std::string(parameter.key), std::string(parameter.value));
  if (options.host.empty() && options.socket.empty()) refuse("there is no host");
  if (options.user.empty()) refuse("there is no user");
  if (options.database.empty()) refuse("there is no name of a database after the host");
  return options;
}

}  // namespace watchbill::store::mysql
