#pragma once

#include <cstdio>

#include "pipeline/summary.h"

namespace starlift {

/// Prints what a run found and did: tables for people, or one JSON object.
void print_run(const RunSummary& summary, bool is_json, std::FILE* out);

/// Prints where the time of a run went: a line per step, and one for what lies between them.
void print_stats(const RunSummary& summary, std::FILE* out);

}  // namespace starlift
