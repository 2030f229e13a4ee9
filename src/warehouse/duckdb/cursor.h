#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "warehouse/duckdb/handles.h"
#include "warehouse/warehouse.h"

namespace starlift::duckdb {

/// Runs one statement and streams its answer.
std::unique_ptr<Cursor> open_cursor(duckdb_connection connection, std::string_view sql);

}  // namespace starlift::duckdb
