#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/answer.h"
#include "pipeline/schema.h"
#include "pipeline/warehouse_status.h"

namespace starlift {

/// What a report shows of a warehouse, at one moment.
struct WarehouseReport {
  struct Step {
    std::string name;  ///< "stage events"
    double elapsed_s = 0;
    int64_t objects = 0;
    int64_t bytes = 0;
    int64_t records = 0;
    int64_t rows = 0;
  };
  /// What the status does not tell of the newest run.
  struct LastRun {
    int64_t bytes = 0;
    int64_t records = 0;
    int64_t peak_memory_bytes = 0;
    std::string version;  ///< of the starlift that ran
    std::vector<Step> steps;
  };
  struct Chart {
    std::string kind;  ///< "bar", "line"
    std::string x;
    std::vector<std::string> y;
  };
  /// A saved query and its answer.
  struct Question {
    std::string name;
    std::string title;
    std::string question;
    std::string description;
    std::string sql;  ///< as the engine was asked
    std::optional<Chart> chart;
    Answer answer;
    std::string error;  ///< why there is no answer; else empty
    double elapsed_s = 0;
  };
  struct Check {
    std::string name;
    std::string says;   ///< what holds when it passes
    Answer broken;      ///< the rows that break it
    std::string error;  ///< why it could not be asked; else empty

    bool passed() const { return broken.rows.empty() && error.empty(); }
  };

  Schema schema;
  std::string warehouse;  ///< where it is, for people
  std::string made_at;    ///< "2018-11-30 12:00 UTC"
  WarehouseStatus status;
  std::optional<LastRun> last_run;  ///< of `status.runs.front()`
  /// When a run last brought something that the table holds or is made from; per table of the schema, empty
  /// when nothing did.
  std::vector<std::string> fresh_at;
  std::vector<Question> questions;
  std::vector<Check> checks;
};

}  // namespace starlift
