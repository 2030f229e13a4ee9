#pragma once

#include "columns/column_batch.h"
#include "warehouse/duckdb/handles.h"

namespace starlift::duckdb {

/// Returns DuckDB's type for a declared one.
LogicalType logical_type(const ColumnType& type);

/// Copies the first `rows` rows of a batch into a chunk of the same columns.
void write_chunk(const ColumnBatch& batch, size_t rows, duckdb_data_chunk chunk);

}  // namespace starlift::duckdb
