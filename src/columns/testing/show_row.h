#pragma once

#include <fmt/format.h>

#include <string>

#include "columns/column_batch.h"

namespace starlift {

// Rows as tests write them: "7|abc|null". For tests.

inline std::string show_decimal(Int128 digits) {
  return fmt::format("{}", digits);
}

inline std::string show_value(const ColumnValues& column, size_t row) {
  if (!column.is_valid[row]) return "null";
  switch (column.type.kind) {
    case TypeKind::kVarchar:
      return std::string(column.texts[row]);
    case TypeKind::kDouble:
      return fmt::format("{}", column.doubles[row]);
    case TypeKind::kDecimal:
      return show_decimal(column.decimals[row]);
    default:
      return std::to_string(column.integers[row]);
  }
}

inline std::string show_row(const ColumnBatch& batch, size_t row) {
  std::string shown;
  for (size_t index = 0; index < batch.column_count(); ++index)
    shown += (index > 0 ? "|" : "") + show_value(batch.column(index), row);
  return shown;
}

}  // namespace starlift
