#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/events.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// A row of starlift.runs.
struct RunRecord {
  /// How far a run came. What is not kDone or kFailed is unsettled: its process or its connection died.
  enum class State {
    kRunning,    ///< noted before the run's transaction; so nothing of the run was committed
    kCommitted,  ///< written in the run's transaction; so all of it was
    kDone,       ///< and the commit was confirmed
    kFailed,
  };
  int64_t run_id = 0;
  int64_t started_us = 0;
  int64_t finished_us = 0;
  State state = State::kRunning;
  std::string definition;
  std::string error;
  uint64_t objects = 0;
  uint64_t bytes = 0;
  uint64_t records = 0;
  uint64_t staged = 0;
  uint64_t rejected = 0;
};

/// The newest run that the warehouse knows; 0 before the first.
int64_t last_run(Session& session);

/// A run that was committed. It takes both parts to tell one from another, for `create-tables` begins the
/// numbers again.
struct CommittedRun {
  int64_t run_id = 0;
  int64_t started_us = 0;

  bool operator==(const CommittedRun&) const = default;
};

/// The newest run of which the ledger holds the outcome; nothing before the first. Tells whether a plan still
/// holds: where readers see what was committed while somebody writes, a run that is noted has changed nothing
/// yet.
std::optional<CommittedRun> last_committed_run(Session& session);

/// Writes the run's row in place of the one it has.
void write_run(Transaction& transaction, const RunRecord& run);

/// Returns true when the run's transaction was committed; asks the ledger, which was part of it.
bool was_committed(Session& session, int64_t run_id);

/// Returns true when a run that nobody carries on is still noted as running or as not confirmed.
bool has_unsettled_runs(Session& session);

/// Finds out what became of those runs, notes it and says so. Call as the only writer.
void settle_runs(Transaction& transaction, EventListener& listener);

/// Returns the statements by which it notes that.
std::vector<std::string> settle_statements(const Dialect& dialect);

}  // namespace starlift
