#pragma once

#include "pipeline/plan.h"
#include "project/config.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Decides how the objects of a plan get into an engine that could read them by itself, and says why in
/// `plan.counts`: *direct*, or *lift*, by way of this process. [COPY] of dwh.cfg says which, by dataset;
/// nothing stands for "lift", and "auto" takes direct for objects that are declared immutable, are in S3, and
/// are large enough. For other engines it says nothing. Throws Error{kConfiguration} for what is none of the
/// three, and for direct where that is not possible.
void choose_copy(DatasetPlan& plan, const Config& config, const Session& session);

/// Whether [COPY] lets a cluster read objects of this dataset by itself, if they are in S3. Throws as above.
bool may_copy_direct(const Config& config, const Dataset& dataset);

}  // namespace starlift
