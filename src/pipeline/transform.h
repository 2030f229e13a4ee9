#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "pipeline/events.h"
#include "pipeline/staging_change.h"
#include "pipeline/summary.h"
#include "project/definition.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// The statements that bring a star table up to date.
struct ModelStatements {
  std::vector<std::string> before;
  std::string load;  ///< the model's own SELECT into its table; the SELECT begins on its second line
  std::vector<std::string> after;
  std::vector<std::string> at_end;  ///< when nothing asks any more what was touched

  std::vector<std::string> of_remaking() const;  ///< all but those at the end
  std::vector<std::string> all() const;
};

/// Remakes a model whole. Where keys are indexes, they are taken off meanwhile.
ModelStatements full_statements(const Model& model, const WarehouseDefinition& definition,
                                const Dialect& dialect);

/// Remakes it for what `changes` touch: its SELECT is cut down to the keys that the model's `touched` queries
/// find among the changed rows, those that come and those that went, and the rows of those keys are replaced;
/// so it gives what a full refresh gives.
ModelStatements incremental_statements(const Model& model, std::span<const StagingChange> changes,
                                       const Dialect& dialect);

/// The temporary table of the values of `by` that changes touch, from the incremental statements of a model
/// until those that are for the end.
TableName touched_keys(const Model& model);

/// Returns `select`, which reads staging tables, cut down to the touched values where it reads the model's
/// inputs.
std::string restricted(const Model& model, const std::string& select);

/// What a run does to a star table.
struct ModelPlan {
  const Model* model = nullptr;
  ModelSummary::Mode mode = ModelSummary::Mode::kUnchanged;
  ModelStatements statements;  ///< none when it is unchanged
};

/// Plans the models in their order: those that read what changed, or all of them whole.
std::vector<ModelPlan> plan_models(const WarehouseDefinition& definition,
                                   std::span<const StagingChange> changes, bool remakes_all,
                                   const Dialect& dialect);

/// Carries a plan out. Throws Error{kWarehouse} with the model's file and line when the engine refuses it.
ModelSummary remake_model(Transaction& transaction, const ModelPlan& plan, EventListener& listener);

}  // namespace starlift
