#pragma once

#include "base/cancellation.h"
#include "pipeline/events.h"
#include "pipeline/plan.h"
#include "pipeline/staging_change.h"
#include "pipeline/statement_recorder.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Carries a plan out for one dataset: reads its objects into staging, takes out what they replace and
/// what is pruned, writes rejects and ledger, and reconciles all of it object by object.
/// Fills `plan.counts`. An object that changed or went while it was read leaves no trace: what was loaded of
/// it before stays, and the next run takes it.
StagingChange stage_dataset(Transaction& transaction, DatasetPlan& plan, int64_t run_id,
                            EventListener& listener, const Cancellation& cancellation);

/// Tells the recorder what `stage_dataset` would do, and returns what that would change, both as if every
/// object loads and no record is rejected. The plan's first object would get the id `first_object_id`.
StagingChange rehearse_staging(StatementRecorder& recorder, const DatasetPlan& plan, int64_t run_id,
                               int64_t first_object_id);

}  // namespace starlift
