// Texts that people give to commands, held to the rules of the API.
#pragma once

#include <string>
#include <string_view>

#include "api/json/object_reader.h"
#include "app/text/text.h"

namespace watchbill::app {

// The text as it is to be stored. Throws Failure (usage), with `name` ("--name") in its message.
std::string checked_text(std::string_view name, std::string_view text, const api::TextRule& rule,
                         const Speaker& say);

// The same for texts that have a rule of their own elsewhere: UTF-8 alone.
void require_utf8(std::string_view name, std::string_view text, const Speaker& say);

}  // namespace watchbill::app
