#pragma once

#include <span>

#include "pipeline/plan.h"
#include "project/definition.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Returns how many rows the definition's tables hold together; 0 when there are none yet.
int64_t count_rows(const WarehouseDefinition& definition, Session& session);

/// Creates the tables that are missing, of the definition and starlift's own, and notes by which definition.
void create_missing_tables(const WarehouseDefinition& definition, std::span<const DatasetPlan> plans,
                           Transaction& transaction);

/// Drops the tables of the definition and creates them, and forgets their ledger, rejects and runs,
/// so that the next run loads everything. One transaction.
void create_tables(const WarehouseDefinition& definition, Warehouse& warehouse);

}  // namespace starlift
