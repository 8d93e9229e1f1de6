// Schedule, RoundCounts, Round of openapi.yaml.
#pragma once

#include <nlohmann/json.hpp>

#include "domain/round.h"
#include "domain/schedule.h"

namespace watchbill::api {

nlohmann::json schedule_json(const domain::Schedule& schedule, base::Timestamp now);
nlohmann::json round_json(const domain::Round& round);
nlohmann::json counts_json(const domain::CheckCounts& counts);

// A round is unique by user and slot, so its slot names it among the user's.
std::string round_id(base::Timestamp slot);
std::optional<base::Timestamp> slot_of_round_id(std::string_view id);

}  // namespace watchbill::api
