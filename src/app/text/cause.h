// Verdicts and causes of checks in words.
#pragma once

#include "app/text/text.h"
#include "domain/verdict.h"

namespace watchbill::app {

Text describe(domain::Verdict verdict);
Text describe(domain::Cause cause);

}  // namespace watchbill::app
