#include "redis/lookup.h"

#include "base/event.h"

namespace watchbill::redis {

namespace asio = base::asio;
using asio::ip::tcp;

struct Lookup::State {
  explicit State(asio::any_io_executor executor) : resolver(executor), ended(executor) {}

  void end(boost::system::error_code how, Addresses found) {
    if (std::exchange(has_ended, true)) return;
    error = how;
    addresses = std::move(found);
    ended.notify();
  }

  tcp::resolver resolver;
  base::Event ended;
  bool has_ended = false;
  boost::system::error_code error;
  Addresses addresses;
};

Lookup::Lookup(asio::any_io_executor executor) : state_(std::make_shared<State>(std::move(executor))) {}

base::Task<Lookup::Addresses> Lookup::find(Endpoint endpoint) {
  const auto state = state_;
  const auto port = std::to_string(endpoint.port);
  boost::system::error_code is_name;
  const auto address = asio::ip::make_address(endpoint.host, is_name);
  if (!is_name) co_return Addresses::create(tcp::endpoint(address, endpoint.port), endpoint.host, port);
  state->resolver.async_resolve(
      endpoint.host, port, [state](auto error, Addresses found) { state->end(error, std::move(found)); });
  while (!state->has_ended) co_await state->ended.wait();
  if (state->error) throw boost::system::system_error(state->error);
  co_return state->addresses;
}

void Lookup::give_up() {
  state_->resolver.cancel();  // one that has not begun is left out
  state_->end(asio::error::operation_aborted, {});
}

}  // namespace watchbill::redis
