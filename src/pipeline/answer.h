#pragma once

#include <optional>
#include <string>
#include <vector>

namespace starlift {

/// The answer of a query, kept in memory, or its first rows.
struct Answer {
  struct AnswerColumn {
    std::string name;
    bool is_number = false;
  };
  std::vector<AnswerColumn> columns;
  std::vector<std::vector<std::optional<std::string>>>
      rows;  ///< as Cursor::text gives the cells; null is nothing
  bool has_more_rows = false;
};

}  // namespace starlift
