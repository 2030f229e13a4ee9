#pragma once

#include <map>
#include <span>
#include <string>

#include "columns/column_type.h"
#include "project/toml_table.h"

namespace starlift {

/// Reads `encoding = { COLUMN = "NAME" }` of a [redshift] table: the encodings of the columns that are named.
/// Throws Error{kDefinition} for what is none of `columns`, and for an encoding that its type cannot have.
std::map<std::string, std::string> read_encodings(const TomlTable& redshift, std::span<const Column> columns);

}  // namespace starlift
