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

/// Remakes the star tables that a run's changes concern: whole, or for the touched keys only.
///
/// Both ways run the model's own SELECT. The incremental one restricts it to the keys that the model's
/// `touched` queries find among the changed rows, those that come and those that went, and replaces the rows
/// of those keys; so it gives what a full refresh gives.
class Transformer {
 public:
  /// `remake_all` remakes every model whole. The references must outlive this.
  Transformer(Transaction& transaction, EventListener& listener, std::span<const StagingChange> changes,
              bool remake_all)
      : transaction_(transaction), listener_(listener), changes_(changes), remake_all_(remake_all) {}

  /// Call for every model, in the order of the definition.
  ModelSummary transform(const Model& model);

 private:
  ModelSummary::Mode mode_of(const Model& model) const;

  Transaction& transaction_;
  EventListener& listener_;
  std::span<const StagingChange> changes_;
  bool remake_all_;
  std::vector<std::string> remade_models_;
};

/// The statements that remake a model whole.
std::vector<std::string> full_statements(const Model& model, const Dialect& dialect);

/// The statements that remake it for what `changes` touch; the last one drops the table of touched keys
/// again.
std::vector<std::string> incremental_statements(const Model& model, std::span<const StagingChange> changes,
                                                const Dialect& dialect);

}  // namespace starlift
