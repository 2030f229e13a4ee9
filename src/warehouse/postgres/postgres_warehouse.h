#pragma once

#include <memory>

#include "warehouse/libpq/server_address.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Connects to a database of PostgreSQL 15 or later. Read-only, it shows one state of all tables for as long
/// as it is open, whatever others commit; for writing, it is the only one that writes. Throws
/// Error{kConfiguration} when the server refuses us, Error{kWarehouse} when it cannot be reached,
/// Error{kBusy} when another process is writing.
std::unique_ptr<Warehouse> open_postgres(const ServerAddress& address, const OpenOptions& options);

}  // namespace starlift
