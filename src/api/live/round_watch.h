// Tells open pages of rounds that other processes run: what the database shows, a little later.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/event.h"
#include "base/service.h"
#include "base/task_group.h"
#include "domain/events.h"
#include "store/async_store.h"

namespace watchbill::api {

// Reactor thread only. Asks for nobody who has no page open. The first look at a user tells nothing: his page
// has just been loaded.
class RoundWatch final : public base::Service {
 public:
  static constexpr base::Millis kEvery{1000};

  // `own_workers`: whose rounds are published by this process itself.
  RoundWatch(base::asio::any_io_executor executor, store::AsyncStore& store, domain::EventBus& bus,
             const base::Clock& clock, std::vector<std::string> own_workers);

  base::Task<> start() override;
  base::Task<> stop() override;

 private:
  struct Sight {  // of a user
    domain::Schedule schedule;
    bool running = false;
    std::optional<domain::Round> last_round;
    std::vector<domain::Monitor> monitors;
  };
  using Sights = std::unordered_map<domain::UserId, Sight>;

  base::Task<> run();
  base::Task<> look();
  base::Task<std::vector<Sight>> look_closer(std::vector<domain::Schedule> schedules);
  void tell(const domain::UserId& user_id, const Sight& before, const Sight& now) const;
  bool is_own(const std::string& worker) const;

  store::AsyncStore& store_;
  domain::EventBus& bus_;
  const base::Clock& clock_;
  const std::vector<std::string> own_workers_;
  Sights seen_;
  std::string failure_;
  bool stopping_ = false;
  base::Event stop_asked_;
  base::TaskGroup tasks_;
};

}  // namespace watchbill::api
