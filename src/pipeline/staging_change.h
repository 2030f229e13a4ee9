#pragma once

#include <cstdint>
#include <string>

#include "columns/column_type.h"

namespace starlift {

/// What a run changed in a staging table.
struct StagingChange {
  std::string dataset;
  int64_t first_object_id = 0;  ///< the rows of this and later objects came
  bool has_come = false;
  bool has_gone = false;  ///< the rows that went are kept in `gone_table(dataset)`
};

/// The temporary table that keeps the staging rows which a run took out.
inline TableName gone_table(const std::string& dataset) {
  return {"", "starlift_gone_" + dataset};
}

}  // namespace starlift
