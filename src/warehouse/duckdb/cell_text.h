#pragma once

#include <string>

#include "warehouse/duckdb/handles.h"
#include "warehouse/warehouse.h"

namespace starlift::duckdb {

/// Returns true when `append_cell` knows the type; others are cast to text by DuckDB itself.
bool is_native_cell(duckdb_type type);

/// Says how a result shows cells of this type.
ResultColumn::Kind cell_kind(duckdb_type type);

/// DuckDB's name of a type, for people.
std::string type_name(duckdb_type type);

/// Appends the cell's text as Cursor::text promises it. The cell is not null.
void append_cell(duckdb_vector vector, duckdb_logical_type type, idx_t row, std::string& out);

/// Returns the cell of an integer type up to 64 bits.
int64_t integer_cell(duckdb_vector vector, duckdb_type type, idx_t row);

}  // namespace starlift::duckdb
