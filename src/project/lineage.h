#pragma once

#include "project/definition.h"
#include "project/toml_table.h"

namespace starlift {

/// Reads the table [lineage] of a model's header. Throws Error{kDefinition} with file and line.
std::vector<Lineage> read_lineage(const TomlTable& table);

/// Holds it against what the model reads. Throws Error{kDefinition} at the line of what it refuses.
void check_lineage(const Model& model);

}  // namespace starlift
