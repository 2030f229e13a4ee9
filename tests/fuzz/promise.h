#pragma once

#include <cstdio>
#include <cstdlib>

namespace starlift {

/// Ends a fuzz target that found a broken promise.
inline void require(bool is_kept, const char* promise) {
  if (is_kept) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

}  // namespace starlift
