// What operators look at, as openapi.yaml has it.
#pragma once

#include <nlohmann/json.hpp>

#include "api/operations.h"

namespace watchbill::api {

nlohmann::json queue_json(const QueueView& queue);
nlohmann::json job_json(const queue::ListedJob& job);
nlohmann::json process_json(const store::Process& process, base::Timestamp now);
nlohmann::json dispatch_json(const store::LoggedDispatch& entry);
nlohmann::json lateness_json(const store::Lateness& lateness, base::Millis time);
nlohmann::json warning_json(const Warning& warning);

}  // namespace watchbill::api
