#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/check_result.h"
#include "pipeline/events.h"

namespace starlift {

/// A field that a run met and the definition does not name.
struct UnknownFieldSummary {
  uint64_t count = 0;
  std::string first_place;  ///< "object:record"
};

/// What a run found and did for one dataset.
struct DatasetSummary {
  std::string name;
  uint64_t objects_listed = 0;
  uint64_t objects_new = 0;
  uint64_t objects_changed = 0;
  uint64_t objects_reread = 0;      ///< unchanged, and read again because that was asked for
  uint64_t objects_vanished = 0;    ///< loaded once and no longer at the source
  bool prunes_vanished = false;     ///< their rows are taken out, not kept
  uint64_t objects_postponed = 0;   ///< changed while they were read; the next run takes them
  uint64_t objects_unreadable = 0;  ///< left out because they could not be read; the next run tries them
  uint64_t bytes = 0;               ///< as stored, of the new and changed objects
  std::string copy;                 ///< on Redshift: "direct" or "lift"; else empty
  std::string copy_reason;          ///< why it is that
  uint64_t records = 0;             ///< read = staged + rejected
  uint64_t staged = 0;
  uint64_t rejected = 0;
  double elapsed_s = 0;
  std::map<std::string, UnknownFieldSummary> unknown_fields;
};

/// A star table after a run.
struct ModelSummary {
  /// How the run brought it up to date.
  enum class Mode {
    kUnchanged,    ///< nothing it reads changed
    kWhole,        ///< remade from all of staging
    kTouchedKeys,  ///< remade for the keys that the changes touch
  };
  std::string name;
  Mode mode = Mode::kWhole;
  uint64_t rows = 0;
  double elapsed_s = 0;
};

/// A dataset whose definition is not the one that made its table.
struct DatasetDrift {
  std::string name;
  std::vector<std::string> changes;  ///< "amount: varchar(10) is now varchar(20)"; empty when not known
  /// What was loaded would load the same again, so that only the rejects have to be tried again.
  bool is_relaxation = false;
  bool is_unloaded = false;  ///< nothing of it is loaded, so nothing has to be read again
};

/// What changed in the definition since it made the tables of a warehouse.
struct Drift {
  std::vector<DatasetDrift> datasets;
  std::vector<std::string> models;  ///< they have to be remade from staging; new ones too

  bool is_none() const { return datasets.empty() && models.empty(); }
};

/// What a dry run foresees.
struct RunOutlook {
  Drift drift;
  std::string refusal;                  ///< why a run would not begin; empty when it would
  std::vector<std::string> statements;  ///< those of the run, in their order
};

/// What a run checked before it was committed.
struct ChecksSummary {
  std::vector<CheckResult> results;
  uint64_t left_out = 0;  ///< would have looked through a large table, and nobody asked for that
};

/// What `starlift etl` reports at its end.
struct RunSummary {
  int64_t run_id = 0;                 ///< 0 when there was nothing to do
  std::optional<RunOutlook> outlook;  ///< of a dry run only
  std::vector<DatasetSummary> datasets;
  std::vector<ModelSummary> models;
  ChecksSummary checks;
  std::vector<Event> steps;  ///< as they finished
  double elapsed_s = 0;
  double cpu_s = 0;                ///< of this process since it began
  uint64_t peak_memory_bytes = 0;  ///< of this process, the engine's part included
};

}  // namespace starlift
