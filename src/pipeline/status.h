#pragma once

#include "pipeline/warehouse_status.h"
#include "project/definition.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Reads the status; `session` may hold no tables yet.
WarehouseStatus read_status(const WarehouseDefinition& definition, Session& session, int max_runs);

}  // namespace starlift
