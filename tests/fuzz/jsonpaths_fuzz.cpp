#include <cstddef>
#include <cstdint>

#include "base/error.h"
#include "json/jsonpaths.h"

/// A jsonpaths file is read or refused with an Error, whatever it holds.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    starlift::parse_jsonpaths({reinterpret_cast<const char*>(data), size}, "paths.json");
  } catch (const starlift::Error&) {
  }
  return 0;
}
