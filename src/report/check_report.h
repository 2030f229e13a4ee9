#pragma once

#include <cstdio>
#include <span>

#include "base/json_writer.h"
#include "pipeline/check_result.h"

namespace starlift {

/// Prints what became of checks: a line for each, with the rows of those that failed.
void print_checks(std::span<const CheckResult> results, std::FILE* out);

/// Prints only those that failed.
void print_failed_checks(std::span<const CheckResult> results, std::FILE* out);

/// Adds a result to a JSON text, as an object.
void write_check(JsonWriter& json, const CheckResult& result);

/// Adds the results to a JSON text, as an array.
void write_checks(JsonWriter& json, std::span<const CheckResult> results);

}  // namespace starlift
