#pragma once

#include "pipeline/schema.h"
#include "project/definition.h"

namespace starlift {

/// Returns what a definition says of its tables; staging tables end in their lineage columns.
Schema describe_schema(const WarehouseDefinition& definition);

}  // namespace starlift
