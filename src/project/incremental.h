#pragma once

#include "project/model_file.h"
#include "project/toml_table.h"

namespace starlift {

/// Reads the table [incremental] of a model's header. Throws Error{kDefinition} with file and line.
Incremental read_incremental(const TomlTable& table, const Model& model);

/// Holds it against what the model reads: its datasets and columns must exist, and every dataset that
/// the model reads must say what its changes touch. Throws Error{kDefinition} at `place`.
void check_incremental(const Model& model, std::span<const Dataset> datasets, const Place& place);

}  // namespace starlift
