// MULTI and EXEC: commands that others see all at once.
#pragma once

#include <vector>

#include "redis/client.h"

namespace watchbill::redis {

// The reply of EXEC: an array with a reply for each command. All go out in one write, their scripts are
// loaded before. What the server surely did not carry out is repeated until `deadline`; so is a transaction
// in which a script was unknown (SCRIPT FLUSH, a master that took over), of which the other commands may have
// been carried out: they must bear a second time.
//
// Throws Error; when one of the commands failed, `other`: what the others did stays. All must belong to one
// node; none of them: a reply without elements.
base::Task<Reply> call_transaction(Client& client, std::vector<Command> commands, base::Monotonic deadline);

}  // namespace watchbill::redis
