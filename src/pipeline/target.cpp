#include "pipeline/target.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "base/error.h"
#include "pipeline/schema_version.h"
#include "warehouse/duckdb/duckdb_warehouse.h"
#include "warehouse/postgres/postgres_warehouse.h"

namespace starlift {

namespace {

constexpr auto kRetryInterval = std::chrono::milliseconds(200);

[[noreturn]] void refuse(Engine engine) {
  throw Error(
      ErrorKind::kConfiguration,
      fmt::format("the configuration asks for {} ([WAREHOUSE] ENGINE, or a [CLUSTER] HOST without it), "
                  "which this version cannot load; set ENGINE = duckdb under [WAREHOUSE], or "
                  "STARLIFT_WAREHOUSE_ENGINE=duckdb in the environment",
                  to_string(engine)));
}

ServerAddress server_address(const Config& config) {
  auto get = [&](const char* key) { return config.get("CLUSTER", key).value_or(""); };
  return {.host = get("HOST"),
          .port = get("DB_PORT"),
          .database = get("DB_NAME"),
          .user = get("DB_USER"),
          .password = get("DB_PASSWORD"),
          .ssl_mode = get("SSLMODE"),
          .ssl_root_certificate = config.resolve_path(get("SSLROOTCERT"))};
}

Target postgres_target(const Config& config) {
  Target target;
  target.path = "PostgreSQL";
  target.open = [address = server_address(config)](const OpenOptions& options) {
    return open_postgres(address, options);
  };
  return target;
}

}  // namespace

Target duckdb_target(const std::string& path) {
  Target target;
  target.path = path;
  target.open = [path](const OpenOptions& options) -> std::unique_ptr<Warehouse> {
    if (options.is_read_only && !std::filesystem::exists(path)) return nullptr;
    return open_duckdb(path, options);
  };
  return target;
}

Target find_target(const Config& config, const WarehouseDefinition& definition, const std::string& database) {
  if (!database.empty()) return duckdb_target(database);
  switch (config.engine()) {
    case Engine::kDuckDb:
      return duckdb_target(
          config.resolve_path(config.get("WAREHOUSE", "PATH").value_or(definition.name + ".duckdb")));
    case Engine::kPostgres:
      return postgres_target(config);
    case Engine::kRedshift:
      break;
  }
  refuse(config.engine());
}

std::unique_ptr<Warehouse> open_target(const Target& target, const Cancellation& cancellation) {
  auto give_up_at = std::chrono::steady_clock::now() + std::chrono::duration<double>(target.wait_s);
  for (;;) {
    cancellation.check();
    try {
      auto warehouse = target.open(target.options);
      if (warehouse) check_schema_version(*warehouse);
      return warehouse;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kBusy || std::chrono::steady_clock::now() >= give_up_at) throw;
    }
    std::this_thread::sleep_for(kRetryInterval);
  }
}

std::unique_ptr<Warehouse> open_target_to_read(Target target, const Cancellation& cancellation) {
  target.options.is_read_only = true;
  return open_target(target, cancellation);
}

std::unique_ptr<Warehouse> open_target_to_plan(const Target& target, const Cancellation& cancellation) {
  auto warehouse = open_target_to_read(target, cancellation);
  return warehouse ? std::move(warehouse) : open_duckdb("");
}

}  // namespace starlift
