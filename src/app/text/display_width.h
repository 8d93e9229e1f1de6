// How much room text takes on a terminal.
#pragma once

#include <string>
#include <string_view>

namespace watchbill::app {

// Columns: 2 for East Asian wide characters and emoji, 0 for combining marks, 1 for the rest. `text` is
// UTF-8; a byte that is not counts as one column. Does not depend on the locale.
std::size_t display_width(std::string_view text);

// `text` with spaces up to `width` columns.
std::string pad_right(std::string text, std::size_t width);

// Safe to print: control characters (line ends too) and bytes that are no UTF-8 become "\x1b" and the like,
// so that no monitor's name moves the cursor.
std::string printable(std::string_view text);

}  // namespace watchbill::app
