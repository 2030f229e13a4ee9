#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "pipeline/plan.h"
#include "project/definition.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Compares the definition with the fingerprints that the warehouse keeps of its tables.
Drift find_drift(const WarehouseDefinition& definition, std::span<const DatasetPlan> plans, Session& session);

/// Notes the definition's fingerprints.
void write_fingerprints(Transaction& transaction, const WarehouseDefinition& definition,
                        std::span<const DatasetPlan> plans);

/// Makes the changed star tables anew, empty.
void remake_model_tables(Transaction& transaction, const WarehouseDefinition& definition, const Drift& drift);

/// Makes a changed staging table anew with the rows of `kept_ids` only: the objects that are no longer
/// there to be read again. A column that is new is null in them.
/// Throws Error{kDefinition} when such a column is required. Returns the names of the new columns.
std::vector<std::string> remake_staging_table(Transaction& transaction, const Dataset& dataset,
                                              std::span<const int64_t> kept_ids);

/// Makes a staging table of which the definition was relaxed anew, with all its rows.
void relax_staging_table(Transaction& transaction, const Dataset& dataset);

}  // namespace starlift
