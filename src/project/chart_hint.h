#pragma once

#include <string>
#include <string_view>
#include <vector>

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

}  // namespace starlift
