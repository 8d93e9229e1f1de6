// The API behind a real HTTP server on a free port, with a real store in a folder of its own.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <future>
#include <thread>

#include "api/api.h"
#include "api/testing/contract.h"
#include "api/testing/fakes.h"
#include "http/server.h"
#include "queue/in_process.h"

namespace watchbill::api {

constexpr const char* kCronSecret = "cron-secret-of-the-test";
constexpr const char* kSetupToken = "setup-token-of-the-test";
constexpr const char* kPassword = "correct horse battery";  // of every user of add_user()

// What a test does from its own thread; the reactor and the store have theirs.
class ApiServer {
 public:
  explicit ApiServer(Options options = test_options());
  ~ApiServer();

  static Options test_options();

  std::uint16_t port() const { return server_.port(); }
  const Contract& contract() const { return contract_; }
  ShiftedClock& clock() { return clock_; }
  std::filesystem::path database() const { return folder_ / "test.db"; }

  // On the reactor, where the fakes may be changed too.
  template <class Action>
  auto call(Action action) {
    std::packaged_task<decltype(action())()> task(std::move(action));
    auto result = task.get_future();
    base::asio::post(reactor_, std::ref(task));
    return result.get();
  }
  // On the store's thread.
  template <class Work>
  auto store(Work work) {
    return base::asio::co_spawn(reactor_, store_.run(std::move(work)), base::asio::use_future).get();
  }

  domain::User add_user(const std::string& email, domain::Role role = domain::Role::user);
  // Secrets as a client sends them.
  std::string add_session(const domain::UserId& user_id);
  std::string add_token(const domain::UserId& user_id, bool read_only);
  domain::Monitor add_monitor(const domain::UserId& user_id, const std::string& name);
  // Records a round that found this for each of the user's monitors.
  domain::Round record_round(const domain::UserId& user_id, const domain::Finding& finding);

  // What somebody who works with the queue does, on the reactor.
  template <class Work>
  void on_queue(Work work) {
    run(work(queue_));
  }

  void publish(domain::Event event);
  std::size_t open_streams();

 private:
  struct Folder {
    Folder();
    ~Folder();
    std::filesystem::path path;
    std::filesystem::path operator/(const char* name) const { return path / name; }
  };

  static std::unique_ptr<store::Store> open_store(const std::filesystem::path& file,
                                                  const base::Clock& clock);
  void run(base::Task<> task);

  Folder folder_;
  Contract contract_;
  ShiftedClock clock_;
  base::asio::io_context reactor_;
  base::asio::executor_work_guard<base::asio::io_context::executor_type> work_{reactor_.get_executor()};
  store::AsyncStore store_;
  queue::InProcessQueue queue_;
  domain::EventBus events_;
  base::Timestamp last_round_{};  // recorded; on the store's thread

 public:
  FakeKinds kinds;
  FakeProber prober;
  FakeRunner runner;
  FakeDispatching dispatching;

 private:
  Api api_;
  http::Server server_;
  std::thread thread_;
};

domain::Finding up_finding();
domain::Finding down_finding();

}  // namespace watchbill::api
