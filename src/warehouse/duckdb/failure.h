#pragma once

#include <string>

#include "base/error.h"

namespace starlift::duckdb {

/// Makes an Error of DuckDB's message about a statement: without its boilerplate, and with what to
/// try where that is known. `message` may be null.
Error statement_failure(const char* message, const std::string& sql);

/// The same for a database file that cannot be opened.
Error open_failure(const char* message, const std::string& path);

}  // namespace starlift::duckdb
