#pragma once

#include "project/definition.h"

namespace starlift {

/// Reads a file of analytics/, which must have a title. Throws Error{kDefinition} with file and line.
SavedQuery read_analytics_file(const DefinitionFile& file);

/// Reads a file of checks/; without a title the name is the title. Throws as above.
SavedQuery read_check_file(const DefinitionFile& file);

}  // namespace starlift
