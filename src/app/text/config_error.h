// What is wrong with a monitor's configuration, in words.
#pragma once

#include <string>

#include "app/text/text.h"
#include "domain/monitor.h"

namespace watchbill::app {

std::string describe(const domain::ConfigError& error, const Speaker& say);

}  // namespace watchbill::app
