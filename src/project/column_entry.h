#pragma once

#include <span>

#include "columns/column_type.h"
#include "project/toml_table.h"

namespace starlift {

/// Reads `name`, `type` and `required`, which every column of a definition has alike.
/// Throws Error{kDefinition} at the line of what is wrong.
Column read_column(const TomlTable& entry);

/// Refuses the second of two columns that share a name.
void refuse_duplicate_columns(std::span<const TomlTable> entries);

}  // namespace starlift
