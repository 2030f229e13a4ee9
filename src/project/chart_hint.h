#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace starlift {

/// How the answer of a saved query is best drawn.
struct ChartHint {
  enum class Kind {
    kBar,   ///< a bar per row, for things that are compared
    kLine,  ///< a line per column of `y`, for what follows one another, mostly in time
  };
  Kind kind = Kind::kBar;
  std::string x;               ///< the column that names the rows
  std::vector<std::string> y;  ///< columns of numbers, one or more
  int line = 1;                ///< of the hint in the query's file
};

std::string_view to_string(ChartHint::Kind kind);

/// Returns the place of the column that a hint means among those of an answer, or nothing. Engines differ in
/// whether they keep the case of a name: PostgreSQL answers `as Orders` with orders.
template <typename Columns>
std::optional<size_t> find_column(const Columns& columns, std::string_view name) {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (to_lower(columns[i].name) == to_lower(name)) return i;
  }
  return std::nullopt;
}

/// Returns the first column that a hint names and an answer does not have, or nothing.
template <typename Columns>
std::optional<std::string> find_missing_column(const ChartHint& chart, const Columns& columns) {
  if (!find_column(columns, chart.x)) return chart.x;
  for (const auto& name : chart.y) {
    if (!find_column(columns, name)) return name;
  }
  return std::nullopt;
}

}  // namespace starlift
