#pragma once

#include <span>
#include <vector>

#include "pipeline/events.h"
#include "pipeline/plan.h"
#include "pipeline/run_checks.h"
#include "pipeline/statement_recorder.h"
#include "pipeline/summary.h"
#include "project/definition.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// A run as a dry run foresees it.
struct Rehearsal {
  const WarehouseDefinition& definition;
  std::span<DatasetPlan> plans;
  const Drift& drift;
  bool has_changes = false;  ///< there is more to do than to make tables and to settle earlier runs
  bool remakes_all = false;  ///< the models, whole
  CheckMode checks = CheckMode::kAuto;
};

/// Tells the recorder the statements of `run_etl`, in their order, as if every object loads and no record is
/// rejected. Left out are session settings, and what a run asks to know more of what it does: which tables
/// there are, the next ids, how many rows came, and of many rows ANALYZE. Returns the models as they would be
/// remade. The warehouse is open to read.
std::vector<ModelSummary> rehearse_run(const Rehearsal& run, const Warehouse& warehouse,
                                       StatementRecorder& recorder, EventListener& listener);

}  // namespace starlift
