#pragma once

#include "pipeline/export.h"

namespace starlift {

/// Returns what writes tables as Parquet: DuckDB, the warehouse itself or one in memory that the rows of
/// another engine are sent through. The columns have their declared types.
TableWriter parquet_writer(const OpenOptions& options);

}  // namespace starlift
