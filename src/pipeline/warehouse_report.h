#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/answer.h"
#include "pipeline/check_result.h"
#include "pipeline/schema.h"
#include "pipeline/warehouse_status.h"
#include "project/chart_hint.h"

namespace starlift {

/// What a report shows of a warehouse, at one moment.
struct WarehouseReport {
  struct Step {
    std::string name;  ///< "stage events"
    double elapsed_s = 0;
    int64_t objects = 0;
    int64_t records = 0;
    int64_t rows = 0;
  };
  /// The newest run of the definition as it is now, or else the newest of all.
  struct LastRun {
    WarehouseStatus::Run run;
    int64_t bytes = 0;
    int64_t records = 0;
    int64_t peak_memory_bytes = 0;
    std::vector<Step> steps;
  };
  struct Table {
    std::optional<int64_t> rows;  ///< nothing when the table does not exist
    std::string fresh_at;  ///< when a run last brought something that it holds or is made from; empty when
                           ///< nothing did
  };
  /// A saved query and its answer.
  struct Question {
    std::string name;
    std::string title;
    std::string question;
    std::string description;
    std::string sql;  ///< as the engine was asked
    std::optional<ChartHint> chart;
    std::string no_chart;  ///< why an answer with a hint is not drawn; else empty
    Answer answer;
    std::string error;  ///< why there is no answer; else empty
    double elapsed_s = 0;
  };

  Schema schema;
  std::string warehouse;                   ///< where it is, for people
  std::string made_at;                     ///< "2018-11-30 12:00 UTC"
  std::string definition;                  ///< its fingerprint
  std::vector<WarehouseStatus::Run> runs;  ///< the newest first, of whatever definition
  std::optional<LastRun> last_run;
  std::map<std::string, Table> tables;  ///< of the schema, by name
  std::vector<Question> questions;
  std::vector<CheckResult> checks;
};

}  // namespace starlift
