#include <cstddef>
#include <cstdint>
#include <string_view>

#include "columns/field_path.h"
#include "promise.h"

/// What can be read can be written, and reads as the same path again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto path = starlift::parse_field_path({reinterpret_cast<const char*>(data), size});
  if (!path) return 0;
  starlift::require(!path->empty() && path->front().index() == 0, "a path begins with a key");
  starlift::require(starlift::parse_field_path(starlift::to_string(*path)) == path,
                    "a path survives writing");
  return 0;
}
