#pragma once

#include <optional>
#include <string>

#include "pipeline/plan.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Says so when a dataset's objects seem to have been moved: nothing that is loaded is at the source any
/// more, and most of it has the name and the size of an object that is new there. The rows of both would be
/// in staging. Returns nothing when it does not seem so, or when the plan takes the old ones out anyway.
std::optional<std::string> warn_of_moved_source(const DatasetPlan& plan, Session& session);

}  // namespace starlift
