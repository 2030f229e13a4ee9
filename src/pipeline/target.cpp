#include "pipeline/target.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <thread>
#include <utility>

#include "base/error.h"
#include "pipeline/s3_config.h"
#include "pipeline/schema_version.h"
#include "pipeline/staging_bucket.h"
#include "warehouse/duckdb/duckdb_warehouse.h"
#include "warehouse/libpq/effective_address.h"
#include "warehouse/postgres/postgres_warehouse.h"
#include "warehouse/postgres/server_kind.h"
#include "warehouse/redshift/redshift_warehouse.h"
#include "warehouse/redshift/server_kind.h"

namespace starlift {

namespace {

constexpr auto kRetryInterval = std::chrono::milliseconds(200);

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

/// Where parts lie on their way into the cluster; nothing when dwh.cfg names no such place.
std::optional<Location> staging_location(const Config& config) {
  auto text = config.get("S3", "STAGING");
  if (!text) return std::nullopt;
  Location location = parse_location(*text);
  if (location.scheme != Location::Scheme::kS3) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("{}: STAGING is where the cluster reads what a run stages; write "
                            "s3://bucket/prefix",
                            config.place("S3", "STAGING")));
  }
  return location;
}

Target redshift_target(const Config& config, ServerLogin log_in, const Cancellation& cancellation) {
  RedshiftSettings settings{.address = server_address(config),
                            .log_in = std::move(log_in),
                            .iam_role = config.get("IAM_ROLE", "ARN").value_or("")};
  Target target;
  target.path = "Redshift";
  if (auto staging = staging_location(config)) {
    settings.open_staging = [config, staging = *staging, &cancellation](const std::string& folder) {
      Location location = staging;
      if (!location.path.empty() && !location.path.ends_with('/')) location.path += '/';
      location.path += folder;
      auto open_store =
          make_store_opener(read_s3_settings(config, process_environment(), &cancellation), cancellation);
      return std::make_unique<StagingBucket>(location, std::move(open_store));
    };
  } else {
    target.hint =
        "rows go to Redshift by INSERT, which is slow; set STAGING under [S3] to a folder of a bucket, and "
        "they "
        "go by COPY";
  }
  target.open = [settings](const OpenOptions& options) { return open_redshift(settings, options); };
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

Target find_target(const Config& config, const WarehouseDefinition& definition, ServerLogin log_in,
                   const Cancellation& cancellation) {
  switch (config.engine()) {
    case Engine::kDuckDb:
      return duckdb_target(
          config.resolve_path(config.get("WAREHOUSE", "PATH").value_or(definition.name + ".duckdb")));
    case Engine::kPostgres:
      return postgres_target(config);
    case Engine::kRedshift:
      break;
  }
  return redshift_target(config, std::move(log_in), cancellation);
}

ServerAddress find_server(const Config& config) {
  bool is_redshift = config.engine() == Engine::kRedshift;
  return libpq::effective_address(is_redshift ? redshift::kServerKind : postgres::kServerKind,
                                  server_address(config));
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
