// How a database that cannot be used is told: in the reader's language, with the store's own words as detail.
#pragma once

#include "app/cli/failure.h"
#include "app/text/text.h"
#include "store/errors.h"

namespace watchbill::app {

Failure failure_of(const store::NotADatabase& error, const Speaker& say);
Failure failure_of(const store::AccessRefused& error, const Speaker& say);
Failure failure_of(const store::MigrationNeeded& error, const Speaker& say);
Failure failure_of(const store::Unavailable& error, const Speaker& say);

}  // namespace watchbill::app
