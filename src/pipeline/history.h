#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "pipeline/check_result.h"
#include "pipeline/events.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Passes events on and keeps the finished steps, for the run's history. Not thread-safe towards
/// `finished_steps`: read it between steps.
class StepRecorder : public EventListener {
 public:
  explicit StepRecorder(EventListener& listener) : listener_(listener) {}

  void on_event(const Event& event) override;
  const std::vector<Event>& finished_steps() const { return finished_steps_; }
  /// Forgets the steps, as those of a run that starts over.
  void forget_steps() { finished_steps_.clear(); }

 private:
  EventListener& listener_;
  std::vector<Event> finished_steps_;
};

/// Writes the steps of a run into starlift.steps.
void write_steps(Transaction& transaction, int64_t run_id, const std::vector<Event>& steps);

/// Writes what became of the checks of a run into starlift.checks.
void write_check_results(Transaction& transaction, int64_t run_id, const std::vector<CheckResult>& results);

/// Throws Error{kUsage} when there was no run of this number.
void require_run(Session& session, int64_t run_id);

/// Lists the runs, the newest first; or the steps or the checks of one, in order. Null when nothing ran yet.
std::unique_ptr<Cursor> list_runs(Session& session);
std::unique_ptr<Cursor> list_steps(Session& session, int64_t run_id);
std::unique_ptr<Cursor> list_run_checks(Session& session, int64_t run_id);

}  // namespace starlift
