#pragma once

#include <string>

#include "warehouse/duckdb/handles.h"
#include "warehouse/warehouse.h"

namespace starlift::duckdb {

/// Opens a database file, which is made when it is not there; an empty path means a database in memory.
///
/// A file that is made appears complete or not at all: whatever stops DuckDB while it writes its first
/// blocks would else leave a file that nobody can open. What a killed process left of one that it was making
/// is taken away. Throws Error as open_failure says.
Database open_database(const std::string& path, const OpenOptions& options);

/// Throws Error{kWarehouse}.
Connection connect(const Database& database);

}  // namespace starlift::duckdb
