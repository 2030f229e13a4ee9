#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "project/config.h"

/// dwh.cfg is read or refused with an Error, whatever it holds.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  starlift::WarehouseDefinition definition;
  definition.datasets.push_back({});
  definition.datasets[0].source = {"S3", "ORDER_DATA"};
  try {
    auto config = starlift::Config::parse({reinterpret_cast<const char*>(data), size}, "conf/dwh.cfg", {});
    config.warnings(definition);
    config.resolve_path(config.get("S3", "ORDER_DATA").value_or(""));
    config.engine();
  } catch (const starlift::Error&) {
  }
  return 0;
}
