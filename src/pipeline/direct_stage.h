#pragma once

#include "base/cancellation.h"
#include "pipeline/events.h"
#include "pipeline/plan.h"
#include "pipeline/staging_change.h"
#include "pipeline/statement_recorder.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Does for a plan that `is_direct` what `stage_dataset` does for others: the engine reads the objects
/// itself, those of one compression together, as texts into a temporary table, and SQL makes typed staging
/// rows of them. Only names pass through this process, and the objects of records that are rejected.
///
/// Rows carry the batch: `_object_id` is the smallest id of the objects that were read together, `_record` is
/// 0.
StagingChange stage_direct(Transaction& transaction, DatasetPlan& plan, int64_t run_id,
                           EventListener& listener, const Cancellation& cancellation);

/// Tells the recorder the statements by which the objects would get into staging.
void rehearse_direct(StatementRecorder& recorder, const DatasetPlan& plan, int64_t first_object_id);

}  // namespace starlift
