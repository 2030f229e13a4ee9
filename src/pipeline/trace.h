#pragma once

#include <string>
#include <vector>

#include "base/cancellation.h"
#include "pipeline/traced_row.h"
#include "project/config.h"
#include "project/definition.h"
#include "storage/object_store.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Finds a row of a star table by the values of its key, and what is behind it.
/// Throws Error{kUsage} when there is no such table or row.
TracedRow trace_row(const WarehouseDefinition& definition, Session& session, const std::string& table,
                    const std::vector<std::string>& key, int limit);

/// Reads the text of the traced records again from their sources, which `open_store` opens.
void read_traced_records(TracedRow& row, const WarehouseDefinition& definition, const Config& config,
                         const StoreOpener& open_store, Session& session, const Cancellation& cancellation);

}  // namespace starlift
