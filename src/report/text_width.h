#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace starlift {

/// Returns how many columns of a terminal the UTF-8 text takes: wide characters take two,
/// combining ones none. Needs a UTF-8 LC_CTYPE; without one every character counts as one.
size_t text_width(std::string_view text);

/// Returns the text when it takes at most `width` columns, else its beginning and `mark`, which together do.
std::string cut_to_width(std::string_view text, size_t width, std::string_view mark);

/// Returns the text with control characters as escapes (\n, \x1b), so that a cell stays one line
/// and cannot command the terminal. Those of Unicode (U+0080 to U+009F) are meant, too.
std::string printable(std::string_view text);

/// The same, but line ends and tabs stay: for texts of several lines.
std::string printable_lines(std::string_view text);

}  // namespace starlift
