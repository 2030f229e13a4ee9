#pragma once

#include <memory>
#include <string_view>

#include "warehouse/libpq/connection.h"
#include "warehouse/warehouse.h"

namespace starlift::libpq {

/// Runs one statement and streams its answer, a row at a time.
std::unique_ptr<Cursor> open_cursor(Connection& connection, std::string_view sql);

}  // namespace starlift::libpq
