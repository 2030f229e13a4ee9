#pragma once

#include <memory>
#include <string>

#include "warehouse/warehouse.h"

namespace starlift {

/// Opens a DuckDB database file, made when it is missing and not read-only; an empty path is a
/// database in memory. Throws Error{kBusy} naming the process that holds the file, or
/// Error{kConfiguration} when it is no DuckDB file.
std::unique_ptr<Warehouse> open_duckdb(const std::string& path, const OpenOptions& options = {});

}  // namespace starlift
