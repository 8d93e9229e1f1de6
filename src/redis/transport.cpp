#include "redis/transport.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include "redis/error.h"
#include "redis/lookup.h"

namespace watchbill::redis {

namespace {

namespace asio = base::asio;
using asio::ip::tcp;

template <int kLevel, int kName>
using IntegerOption = asio::detail::socket_option::integer<kLevel, kName>;

// A peer that vanished without a word is noticed in half a minute, also while nothing is sent.
void notice_dead_peers(tcp::socket& socket) {
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  socket.set_option(IntegerOption<IPPROTO_TCP, TCP_KEEPIDLE>(15), ignored);  // s
  socket.set_option(IntegerOption<IPPROTO_TCP, TCP_KEEPINTVL>(5), ignored);  // s
  socket.set_option(IntegerOption<IPPROTO_TCP, TCP_KEEPCNT>(3), ignored);
  socket.set_option(IntegerOption<IPPROTO_TCP, TCP_USER_TIMEOUT>(30000), ignored);  // ms
}

// A socket on its way to a server.
class Dial {
 public:
  explicit Dial(tcp::socket& socket) : socket_(socket), lookup_(socket.get_executor()) {}

  base::Task<> connect(Endpoint endpoint) {
    try {
      const auto addresses = co_await lookup_.find(endpoint);
      missing_ = "it did not accept the connection";
      if (!given_up_) co_await asio::async_connect(socket_, addresses, asio::use_awaitable);
    } catch (const boost::system::system_error& e) {
      throw Error(ErrorKind::unavailable,
                  fmt::format("no connection to {}: {}", endpoint.text(), e.code().message()));
    }
    if (given_up_) throw Error(ErrorKind::unavailable, "given up");
    notice_dead_peers(socket_);
  }
  std::string_view missing() const { return missing_; }
  void give_up() {
    given_up_ = true;
    lookup_.give_up();
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

 private:
  tcp::socket& socket_;
  Lookup lookup_;
  std::string_view missing_ = "its name was not resolved";
  bool given_up_ = false;
};

class Plain final : public Transport {
 public:
  explicit Plain(asio::any_io_executor executor) : socket_(std::move(executor)) {}

  base::Task<> connect(Endpoint endpoint) override {
    co_await dial_.connect(std::move(endpoint));
    socket_.non_blocking(true);
  }
  std::string_view missing() const override { return dial_.missing(); }
  base::Task<std::size_t> read_some(asio::mutable_buffer buffer) override {
    return socket_.async_read_some(buffer, asio::use_awaitable);
  }
  base::Task<> write(std::string_view bytes) override {
    co_await asio::async_write(socket_, asio::buffer(bytes), asio::use_awaitable);
  }
  std::size_t try_write(std::string_view bytes) override {
    boost::system::error_code error;
    const auto written = socket_.write_some(asio::buffer(bytes), error);
    return error ? 0 : written;
  }
  void close() override { dial_.give_up(); }

 private:
  tcp::socket socket_;
  Dial dial_{socket_};
};

asio::ssl::context context_of(const TlsOptions& options) {
  asio::ssl::context context(asio::ssl::context::tls_client);
  const auto use = [](std::string_view what, const std::string& file, auto load) {
    boost::system::error_code error;
    load(error);
    if (error)
      throw Error(ErrorKind::unavailable,
                  fmt::format("TLS: the {} file \"{}\" cannot be used: {}", what, file, error.message()));
  };
  const auto& [verify, ca, certificate, key, name] = options;
  if (ca.empty())
    context.set_default_verify_paths();
  else
    use("CA", ca, [&](auto& error) { context.load_verify_file(ca, error); });
  if (!certificate.empty())
    use("certificate", certificate,
        [&](auto& error) { context.use_certificate_chain_file(certificate, error); });
  if (!key.empty())
    use("key", key, [&](auto& error) { context.use_private_key_file(key, asio::ssl::context::pem, error); });
  return context;
}

class Tls final : public Transport {
 public:
  Tls(asio::any_io_executor executor, TlsOptions options)
      : options_(std::move(options)),
        context_(context_of(options_)),
        stream_(std::move(executor), context_) {}

  base::Task<> connect(Endpoint endpoint) override {
    const auto name = options_.server_name.empty() ? endpoint.host : options_.server_name;
    co_await dial_.connect(endpoint);
    shakes_hands_ = true;
    if (!is_address(name)) SSL_set_tlsext_host_name(stream_.native_handle(), name.c_str());
    if (options_.verify) require(name);
    boost::system::error_code error;
    co_await stream_.async_handshake(asio::ssl::stream_base::client,
                                     asio::redirect_error(asio::use_awaitable, error));
    if (error) throw Error(ErrorKind::unavailable, explain(endpoint, error));
  }
  std::string_view missing() const override {
    return shakes_hands_ ? "it did not finish the TLS handshake (is this its TLS port?)" : dial_.missing();
  }

  base::Task<std::size_t> read_some(asio::mutable_buffer buffer) override {
    return stream_.async_read_some(buffer, asio::use_awaitable);
  }
  base::Task<> write(std::string_view bytes) override {
    co_await asio::async_write(stream_, asio::buffer(bytes), asio::use_awaitable);
  }
  std::size_t try_write(std::string_view) override { return 0; }
  void close() override { dial_.give_up(); }

 private:
  static bool is_address(const std::string& host) {
    boost::system::error_code error;
    asio::ip::make_address(host, error);
    return !error;
  }

  void require(const std::string& name) {
    stream_.set_verify_mode(asio::ssl::verify_peer);
    auto* requirements = SSL_get0_param(stream_.native_handle());
    X509_VERIFY_PARAM_set_hostflags(requirements, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (is_address(name))
      X509_VERIFY_PARAM_set1_ip_asc(requirements, name.c_str());
    else
      X509_VERIFY_PARAM_set1_host(requirements, name.data(), name.size());
  }

  std::string explain(const Endpoint& endpoint, const boost::system::error_code& error) {
    const auto problem = SSL_get_verify_result(stream_.native_handle());
    if (options_.verify && problem != X509_V_OK)
      return fmt::format(
          "the certificate of {} is not trusted: {} (ca=FILE names its authority, sni=NAME its name)",
          endpoint.text(), X509_verify_cert_error_string(problem));
    if (ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_WRONG_VERSION_NUMBER)
      return fmt::format("{} does not speak TLS: use redis:// or its TLS port", endpoint.text());
    return fmt::format("TLS with {} failed: {}", endpoint.text(), error.message());
  }

  const TlsOptions options_;
  asio::ssl::context context_;
  asio::ssl::stream<tcp::socket> stream_;
  Dial dial_{stream_.next_layer()};
  bool shakes_hands_ = false;
};

}  // namespace

std::unique_ptr<Transport> make_transport(asio::any_io_executor executor,
                                          const std::optional<TlsOptions>& tls) {
  if (tls) return std::make_unique<Tls>(std::move(executor), *tls);
  return std::make_unique<Plain>(std::move(executor));
}

}  // namespace watchbill::redis
