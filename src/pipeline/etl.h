#pragma once

#include "base/cancellation.h"
#include "pipeline/drift.h"
#include "pipeline/events.h"
#include "pipeline/plan.h"
#include "pipeline/reject_limit.h"
#include "pipeline/run_checks.h"
#include "pipeline/summary.h"
#include "pipeline/target.h"
#include "project/config.h"
#include "project/definition.h"

namespace starlift {

/// How a run goes about it.
struct RunOptions {
  bool is_full_refresh = false;  ///< remake every model from all of staging
  PlanOptions plan;
  RejectLimit reject_limit;
  CheckMode checks = CheckMode::kAuto;
};

/// Loads what is new at the sources and brings the star up to date, in one transaction: list, compare
/// with the ledger, stage, transform, reconcile, check, commit. Creates the tables that are missing. The
/// target is opened for writing only when there is work.
///
/// Throws Error; then nothing was committed but the note of a failed run in starlift.runs.
RunSummary run_etl(const WarehouseDefinition& definition, const Config& config, const Target& target,
                   const RunOptions& options, EventListener& listener, Cancellation& cancellation);

/// Returns what `run_etl` would do now. Changes nothing.
RunSummary plan_etl(const WarehouseDefinition& definition, const Config& config, const Target& target,
                    const RunOptions& options, EventListener& listener, Cancellation& cancellation);

}  // namespace starlift
