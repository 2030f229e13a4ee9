#pragma once

#include <vector>

#include "pipeline/warehouse_status.h"
#include "project/definition.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Counts the rows of the definition's tables, staging first.
std::vector<WarehouseStatus::Table> read_table_counts(const WarehouseDefinition& definition,
                                                      Session& session);

/// Reads the newest runs, the newest first; those of other definitions, which may share the warehouse, too.
std::vector<WarehouseStatus::Run> read_newest_runs(Session& session, int max_runs);

/// Reads the status; `session` may hold no tables yet.
WarehouseStatus read_status(const WarehouseDefinition& definition, Session& session, int max_runs);

}  // namespace starlift
