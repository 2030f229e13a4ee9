#pragma once

#include <string>

#include "base/error.h"

namespace starlift {

/// Returns the error of a statement with its place in the definition's file that the statement was made from.
/// The file's `sql_line` is line `sql_at_line` of the statement; 0 when the statement holds other SQL. The
/// line of the fault is the engine's, when it tells, else `sql_line`.
Error in_definition(const Error& error, ErrorKind kind, const std::string& file, int sql_line,
                    int sql_at_line);

}  // namespace starlift
