#include "api/routes/route.h"

namespace watchbill::api {

std::vector<Route> all_routes() {
  std::vector<Route> all;
  for (const auto table :
       {cron_routes(), session_routes(), setup_routes(), me_routes(), token_routes(), schedule_routes(),
        monitor_routes(), monitor_test_routes(), result_routes(), round_routes(), incident_routes(),
        user_routes(), operation_routes(), event_routes(), service_routes()})
    all.insert(all.end(), table.begin(), table.end());
  return all;
}

}  // namespace watchbill::api
