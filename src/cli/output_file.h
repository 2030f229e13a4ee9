#pragma once

#include <string>

namespace starlift {

/// Writes a text to a file, which it replaces in one step, or to standard output when `path` is empty.
/// Throws Error{kUsage} when the file cannot be written.
void write_output(const std::string& path, const std::string& text);

}  // namespace starlift
