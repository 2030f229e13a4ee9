#pragma once

#include <string>

#include "columns/batch_source.h"
#include "warehouse/libpq/connection.h"

namespace starlift::postgres {

/// Sends all rows of a source through `sql`, a COPY ... FROM STDIN (FORMAT BINARY). Returns their number.
///
/// As many threads as are given and the source can keep busy each read a batch, write it in COPY's format,
/// and send it when the connection is free: no queue, and one batch per thread in memory. Rethrows what a
/// reader throws; the server has taken nothing then.
uint64_t copy_load(libpq::Connection& connection, const std::string& sql, BatchSource& source,
                   size_t threads);

}  // namespace starlift::postgres
