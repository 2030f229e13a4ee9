#pragma once

#include <string>

#include "columns/column_batch.h"

namespace starlift::redshift {

/// Appends a value that is not null as text that Redshift reads back to the same value: "17", "0.1" (the
/// shortest double that reads back), "1.50", "true", "2018-11-01", "2018-11-01 21:01:46.796000". A varchar is
/// appended as it is.
void append_value(const ColumnValues& column, size_t row, std::string& out);

}  // namespace starlift::redshift
