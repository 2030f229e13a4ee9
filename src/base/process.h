#pragma once

#include <cstdint>

namespace starlift {

/// Returns the largest resident size this process has had.
uint64_t peak_memory_bytes();

/// Returns the time now in microseconds since 1970-01-01 UTC.
int64_t now_us();

}  // namespace starlift
