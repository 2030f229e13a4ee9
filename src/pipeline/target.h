#pragma once

#include <memory>
#include <string>

#include "base/cancellation.h"
#include "project/config.h"
#include "project/definition.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// The warehouse a command works on.
struct Target {
  Engine engine = Engine::kDuckDb;
  std::string path;  ///< DuckDB: the database file
  OpenOptions options;
  /// How long to wait for another process that holds the warehouse; 0 leaves at once.
  double wait_s = 0;
};

/// Finds the target: `database` (--database) wins over [WAREHOUSE] PATH, which wins over the file
/// named after the definition, beside dwh.cfg.
Target find_target(const Config& config, const WarehouseDefinition& definition, const std::string& database);

/// Opens it. Throws Error{kConfiguration} when this version cannot load the engine, Error{kBusy} when
/// another process still holds it after `wait_s`, Error{kWarehouse} when a newer starlift made it.
std::unique_ptr<Warehouse> open_target(const Target& target, const Cancellation& cancellation);

/// Opens it for reading. A DuckDB file that does not exist yet is nothing rather than made.
std::unique_ptr<Warehouse> open_target_to_read(Target target, const Cancellation& cancellation);

/// Opens it for reading; what does not exist yet is as an empty one.
std::unique_ptr<Warehouse> open_target_to_plan(const Target& target, const Cancellation& cancellation);

}  // namespace starlift
