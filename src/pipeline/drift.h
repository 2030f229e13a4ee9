#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/plan.h"
#include "project/definition.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Compares the definition with the fingerprints that the warehouse keeps of its tables. A table without one
/// counts as changed, too, when it is there and empty. Throws Error{kWarehouse} when it holds rows: they are
/// somebody else's.
Drift find_drift(const WarehouseDefinition& definition, std::span<const DatasetPlan> plans, Session& session);

/// Notes the fingerprints of tables that were just created, so that it is noticed when the definition changes
/// before anything is committed to them. A new star table of a loaded warehouse has none until it is filled.
/// Without a plan, a dataset is taken to be read as it is defined.
void note_created(Transaction& transaction, const WarehouseDefinition& definition,
                  std::span<const DatasetPlan> plans, std::span<const std::string> names);

/// Notes the definition's fingerprints: its tables are filled.
void write_fingerprints(Transaction& transaction, const WarehouseDefinition& definition,
                        std::span<const DatasetPlan> plans);

/// Says what has to be asked for before a run goes on: a staging table changed, and neither reading its
/// objects again nor, where that is enough, replaying its rejects is among the options. Nothing when nothing
/// has to, as when nothing is loaded yet.
std::optional<std::string> unread_drift(const Drift& drift, const PlanOptions& options);

/// Makes the tables that changed in the definition anew: star tables empty; staging tables with the rows of
/// the objects that are no longer there to be read again, or with all of them when rejects are replayed. A
/// column that is new is null in those rows, of which the listener is told, and of which the plans know from
/// then on. Throws Error{kDefinition} when such a column is required.
void follow_drift(Transaction& transaction, const WarehouseDefinition& definition,
                  std::span<DatasetPlan> plans, const Drift& drift, EventListener& listener);

}  // namespace starlift
