// A round's job as BullMQ carries it: {userId, userEmail, intervalMinutes, scheduledAt, slot, fence}, times
// in ISO 8601.
#pragma once

#include <string>
#include <string_view>

#include "queue/job.h"

namespace watchbill::queue {

// JSON text.
std::string encode_payload(const RoundJob& job);

// Of any dispatcher: without slot and fence for those that know none. Throws std::invalid_argument with one
// line that names the member that is missing or of the wrong type.
RoundJob decode_payload(std::string_view text);

}  // namespace watchbill::queue
