#pragma once

#include <string>
#include <string_view>

#include "columns/column_batch.h"

namespace starlift::postgres {

/// What begins and ends the data of COPY ... (format binary).
extern const std::string_view kCopyHeader;
extern const std::string_view kCopyTrailer;

/// Appends the batch's rows in that format: per row the number of its fields (16 bits), per field its size
/// (32 bits, -1 for null) and its bytes, all numbers big-endian.
/// https://www.postgresql.org/docs/15/sql-copy.html, "Binary Format"
void append_rows(const ColumnBatch& batch, std::string& out);

}  // namespace starlift::postgres
