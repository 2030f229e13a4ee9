#pragma once

#include <cstdio>

#include "pipeline/warehouse_status.h"

namespace starlift {

/// Prints what a warehouse holds: tables for people, or one JSON object.
void print_status(const WarehouseStatus& status, bool is_json, std::FILE* out);

}  // namespace starlift
