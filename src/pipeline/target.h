#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/cancellation.h"
#include "project/config.h"
#include "project/definition.h"
#include "warehouse/libpq/server_address.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Opens one warehouse, whatever its engine needs for that. Returns null when it is to be read and does not
/// exist yet. Throws Error{kBusy} when another process holds it.
using WarehouseOpener = std::function<std::unique_ptr<Warehouse>(const OpenOptions& options)>;

/// The warehouse a command works on.
struct Target {
  std::string path;  ///< for people; DuckDB: the database file
  std::string hint;  ///< what a setting would better; may be empty
  WarehouseOpener open;
  OpenOptions options;
  /// How long to wait for another process that holds the warehouse; 0 leaves at once.
  double wait_s = 0;
};

/// A DuckDB database file.
Target duckdb_target(const std::string& path);

/// Finds the target that the configuration names: the server under [CLUSTER], or else [WAREHOUSE] PATH, which
/// wins over the file named after the definition, beside dwh.cfg. `log_in` (may be empty) is how connections
/// to Redshift are logged in. `cancellation` must outlive what the target opens.
Target find_target(const Config& config, const WarehouseDefinition& definition, ServerLogin log_in,
                   const Cancellation& cancellation);

/// Where the server of the configuration is and how connections to it are made, with what its engine and
/// libpq take where dwh.cfg says nothing. The engine is one that is a server.
ServerAddress find_server(const Config& config);

/// Opens it as its options say. Throws Error{kBusy} when another process still holds it after `wait_s`,
/// Error{kWarehouse} when a newer starlift made it.
std::unique_ptr<Warehouse> open_target(const Target& target, const Cancellation& cancellation);

/// Opens it for reading. What does not exist yet is null.
std::unique_ptr<Warehouse> open_target_to_read(Target target, const Cancellation& cancellation);

/// Opens it for reading; what does not exist yet is as an empty one.
std::unique_ptr<Warehouse> open_target_to_plan(const Target& target, const Cancellation& cancellation);

}  // namespace starlift
