#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace starlift {

/// `KEY = value` below a [SECTION].
struct IniEntry {
  std::string section;  ///< as written
  std::string key;      ///< as written
  std::string value;    ///< trimmed, without one pair of quotes around it; may be empty or hold line breaks
  int line = 1;
  int last_line = 1;                ///< of the value's text
  std::vector<int> doubtful_lines;  ///< they go on with the value, for they are indented, but look like a key
};

/// Reads INI: [SECTION], `KEY = value` or `KEY: value`, lines that begin with # or ; are comments. A line
/// that is indented deeper than the key above it goes on with its value. Entries come in the order of the
/// text. `file` names it in errors. Throws Error{kConfiguration} with file and line, and never with a value.
std::vector<IniEntry> parse_ini(std::string_view text, const std::string& file);

/// Returns true when two names of sections or keys are the same: case does not matter.
bool is_same_name(std::string_view a, std::string_view b);

}  // namespace starlift
