#pragma once

#include <vector>

#include "pipeline/dictionary.h"
#include "project/definition.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Returns what a data dictionary tells of the tables, in the order of the schema. `warehouse`, which was
/// opened to read, gives that many example rows of each, and may be null.
std::vector<DictionaryEntry> describe_tables(const WarehouseDefinition& definition, Warehouse* warehouse,
                                             size_t example_rows);

}  // namespace starlift
