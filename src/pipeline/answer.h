#pragma once

#include <optional>
#include <string>
#include <vector>

#include "warehouse/result_column.h"

namespace starlift {

/// The answer of a query, kept in memory, or its first rows.
struct Answer {
  std::vector<ResultColumn> columns;
  std::vector<std::vector<std::optional<std::string>>>
      rows;  ///< as Cursor::text gives the cells; null is nothing
  bool has_more_rows = false;
};

}  // namespace starlift
