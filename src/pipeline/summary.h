#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

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
  uint64_t objects_reread = 0;     ///< unchanged, and read again because that was asked for
  uint64_t objects_vanished = 0;   ///< loaded once and no longer at the source; their rows are kept
  uint64_t objects_postponed = 0;  ///< changed while they were read; the next run takes them
  uint64_t bytes = 0;              ///< as stored, of the new and changed objects
  uint64_t records = 0;            ///< read = staged + rejected
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

/// What `starlift etl` reports at its end.
struct RunSummary {
  int64_t run_id = 0;  ///< 0 when there was nothing to do
  bool is_dry_run = false;
  std::vector<DatasetSummary> datasets;
  std::vector<ModelSummary> models;
  double elapsed_s = 0;
  uint64_t peak_memory_bytes = 0;  ///< of this process, the engine's part included
};

}  // namespace starlift
