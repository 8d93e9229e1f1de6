// Hides what must not be shown in settings.
#pragma once

#include <string>
#include <string_view>

namespace watchbill::app {

// The same address with "***" for the password, in the user part and in the query. What cannot be taken apart
// is hidden whole.
std::string mask_address(std::string_view address);

// "***", whatever the length.
std::string mask_secret(std::string_view secret);

}  // namespace watchbill::app
