#pragma once

#include "project/definition.h"

namespace starlift {

/// Tries the SQL of a definition on empty tables in memory: every model's SELECT must run and give
/// the declared columns, in order and of a kind that fits; saved queries and checks must run, and the columns
/// of charts exist. Throws Error{kDefinition} with file and line. Touches no warehouse.
void check_definition(const WarehouseDefinition& definition);

}  // namespace starlift
