#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace starlift {

/// A value to write into an INI file.
struct IniChange {
  std::string section;
  std::string key;
  std::string value;  ///< on one line, without quotes
};

/// Returns the text of an INI file with values set. Everything else stays byte for byte: comments, order,
/// blanks, line ends, and how a value is quoted. A key that is not there is added below the last one of its
/// section, a section at the end. `file` names the text in errors. Throws Error{kConfiguration} when the text
/// is no INI.
std::string set_ini_values(const std::string& text, const std::vector<IniChange>& changes,
                           const std::string& file);

/// Reads a file whole; one that is not there is empty. Throws Error{kConfiguration} with the reason for which
/// it cannot be read.
std::string read_file(const std::string& path);

/// Replaces a file's text at once: readers see the old one or the new one. Its permissions stay; a link to it
/// stays a link. Throws Error{kConfiguration}.
void replace_file(const std::string& path, std::string_view text);

}  // namespace starlift
