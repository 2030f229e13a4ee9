#pragma once

#include <optional>
#include <string>
#include <vector>

#include "warehouse/result_column.h"

namespace starlift {

/// What became of a check.
struct CheckResult {
  std::string name;
  std::string says;
  std::vector<ResultColumn> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;  ///< the first of those that break it
  bool has_more_rows = false;
  double elapsed_s = 0;

  bool passed() const { return rows.empty(); }
};

}  // namespace starlift
