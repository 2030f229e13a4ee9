#pragma once

#include "pipeline/warehouse_report.h"
#include "project/definition.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Asks a warehouse all that a report shows: its ledger, the saved queries and the checks. A query or check
/// that fails is part of the report with its error.
WarehouseReport read_report(const WarehouseDefinition& definition, Warehouse& warehouse);

}  // namespace starlift
