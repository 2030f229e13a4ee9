#pragma once

#include <cstdio>

#include "pipeline/traced_row.h"

namespace starlift {

/// Prints a row and, indented below it, what is behind it; or all of it as one JSON object.
void print_trace(const TracedRow& row, bool is_json, std::FILE* out);

}  // namespace starlift
