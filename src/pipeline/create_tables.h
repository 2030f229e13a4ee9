#pragma once

#include "project/definition.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Returns how many rows the definition's tables hold together; 0 when there are none yet.
int64_t count_rows(const WarehouseDefinition& definition, Session& session);

/// Drops the tables of the definition and creates them, and forgets their ledger, rejects and runs,
/// so that the next run loads everything. One transaction.
void create_tables(const WarehouseDefinition& definition, Warehouse& warehouse);

}  // namespace starlift
