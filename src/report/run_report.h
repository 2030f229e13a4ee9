#pragma once

#include <cstdio>

#include "pipeline/summary.h"

namespace starlift {

/// Prints what a run found and did: tables for people, or one JSON object.
void print_run(const RunSummary& summary, bool is_json, std::FILE* out);

}  // namespace starlift
