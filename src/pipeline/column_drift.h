#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "json/record_reader.h"

namespace starlift {

/// Returns what the columns of a staging table are and where they are read from, a line per column; the
/// warehouse keeps it, to compare with later definitions.
std::string describe_columns(std::span<const FieldSpec> fields);

/// How two descriptions differ.
struct ColumnDrift {
  std::vector<std::string> changes;  ///< for people: "amount: varchar(10) is now varchar(20)"
  /// Every value that was loaded under the first would load the same under the second.
  bool is_relaxation = true;
};
ColumnDrift compare_columns(std::string_view before, std::string_view after);

}  // namespace starlift
