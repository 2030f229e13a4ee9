#include "pipeline/target.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/error.h"
#include "warehouse/duckdb/duckdb_warehouse.h"

namespace starlift {

Target find_target(const Config& config, const WarehouseDefinition& definition, const std::string& database) {
  Target target{.engine = config.engine()};
  target.path =
      !database.empty()
          ? database
          : config.resolve_path(config.get("WAREHOUSE", "PATH").value_or(definition.name + ".duckdb"));
  return target;
}

std::unique_ptr<Warehouse> open_target(const Target& target) {
  if (target.engine != Engine::kDuckDb) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("dwh.cfg asks for {}, which this version cannot load; set ENGINE = duckdb under "
                            "[WAREHOUSE], or STARLIFT_WAREHOUSE_ENGINE=duckdb in the environment",
                            to_string(target.engine)));
  }
  return open_duckdb(target.path, target.options);
}

std::unique_ptr<Warehouse> open_target_to_read(Target target) {
  if (target.engine == Engine::kDuckDb && !std::filesystem::exists(target.path)) return nullptr;
  target.options.is_read_only = true;
  return open_target(target);
}

std::unique_ptr<Warehouse> open_target_to_plan(const Target& target) {
  auto warehouse = open_target_to_read(target);
  return warehouse ? std::move(warehouse) : open_duckdb("");
}

}  // namespace starlift
