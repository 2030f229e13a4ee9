#pragma once

#include "project/definition.h"

namespace starlift {

/// Reads a file of staging/. Throws Error{kDefinition} with file and line.
Dataset read_staging_file(const DefinitionFile& file);

}  // namespace starlift
