#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace starlift {

/// What a warehouse holds.
struct WarehouseStatus {
  struct Table {
    std::string name;
    std::string kind;             ///< "staging", "fact", "dimension"
    std::optional<int64_t> rows;  ///< nothing when the table does not exist
  };
  struct Loaded {
    std::string dataset;
    int64_t objects = 0;
    int64_t bytes = 0;
    int64_t staged = 0;
    int64_t rejected = 0;
  };
  struct Run {
    int64_t run_id = 0;
    std::string started_at;
    double elapsed_s = 0;
    std::string state;
    int64_t objects = 0;
    int64_t staged = 0;
    int64_t rejected = 0;
    std::string error;
    std::string definition;  ///< the fingerprint of the one that ran
  };
  std::vector<Table> tables;
  std::vector<Loaded> loaded;
  std::vector<Run> runs;  ///< the newest first
};

}  // namespace starlift
