#pragma once

#include <cstdint>
#include <string>

#include "columns/batch_source.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Writes the answer of a SELECT into a Parquet file, which DuckDB itself writes; `session` is one of
/// DuckDB's. Returns the number of rows. Throws Error{kWarehouse}.
uint64_t write_parquet(Session& session, const std::string& select, const std::string& path);

/// Writes the rows of a source, in their order, through a DuckDB in memory. Rethrows what the source throws.
uint64_t write_parquet(BatchSource& source, const std::string& path, const OpenOptions& options);

}  // namespace starlift
