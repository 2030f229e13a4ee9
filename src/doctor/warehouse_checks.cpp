#include "doctor/warehouse_checks.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "base/error.h"
#include "net/aws_profiles.h"
#include "pipeline/tables.h"

namespace starlift {

namespace {

/// Who says that TLS is to be so: a setting, libpq's variable, or nobody. For Redshift a certificate says it,
/// too, and the variable counts for nothing.
std::string place_of_tls(const Patient& patient, const Config& config) {
  bool is_redshift = patient.engine() == Engine::kRedshift;
  if (config.get("CLUSTER", "SSLMODE")) return config.place("CLUSTER", "SSLMODE");
  if (is_redshift && config.get("CLUSTER", "SSLROOTCERT")) return config.place("CLUSTER", "SSLROOTCERT");
  if (!is_redshift && find_variable(patient.environment, "PGSSLMODE")) return "PGSSLMODE";
  return "the default";
}

/// Whether this user has a right, by a function of the server's. It takes no lock, so a run that is under way
/// is no hindrance.
bool has_right(Warehouse& warehouse, const std::string& call) {
  auto cursor = warehouse.query("select " + call);
  return cursor->next() && cursor->text(0) == "true";
}

bool has_schema(Warehouse& warehouse, const std::string& name) {
  return warehouse.query_integer(fmt::format("select count(*) from pg_namespace where nspname = {}",
                                             warehouse.dialect().quote_literal(name))) == 1;
}

std::string default_schema(Warehouse& warehouse) {
  auto cursor = warehouse.query("select current_schema()");
  return cursor->next() ? std::string(cursor->text(0).value_or("")) : "";
}

/// Asks rather than tries: on a server, what is tried waits for a run that is under way, or is waited for.
std::string ask_for_rights(Warehouse& warehouse) {
  std::string star_schema = default_schema(warehouse);
  if (star_schema.empty())
    throw Error(ErrorKind::kConfiguration,
                "the user's search_path names no schema that is there; create schema makes it");
  for (const std::string& schema : {std::string(kStagingSchema), std::string(kOwnSchema), star_schema}) {
    bool is_there = has_schema(warehouse, schema);
    std::string call = is_there ? fmt::format("has_schema_privilege({}, 'create')",
                                              warehouse.dialect().quote_literal(schema))
                                : std::string("has_database_privilege(current_database(), 'create')");
    if (has_right(warehouse, call)) continue;
    throw Error(
        ErrorKind::kConfiguration,
        is_there
            ? fmt::format("this user may make no tables in the schema {}; its owner lets it: grant create "
                          "on schema {} to the user",
                          schema, schema)
            : fmt::format("this user may not make the schema {}; the owner of the database lets it: "
                          "grant create on database",
                          schema));
  }
  return fmt::format("tables can be made in {}, {} and {}", kStagingSchema, kOwnSchema, star_schema);
}

/// A DuckDB file that is yet to be made takes a folder that it can be made in.
std::string check_folder(const std::string& path) {
  auto folder = std::filesystem::absolute(path).parent_path();
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("{} cannot be written to, where {} is to be made; choose another "
                            "[WAREHOUSE] PATH",
                            folder.string(), path));
  }
  return fmt::format("{} can be made", path);
}

}  // namespace

std::string check_reach(const Patient& patient, const Config& config, ServerReach& reach) {
  Engine engine = patient.engine();
  if (engine == Engine::kDuckDb) throw Skipped("DuckDB is a file, not a server");
  ServerAddress server = find_server(config);
  if (!config.get("CLUSTER", "HOST") && engine == Engine::kRedshift) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("{} is not set; starlift cluster up writes it", config.place("CLUSTER", "HOST")));
  }
  if (server.host.empty() || server.host.starts_with('/'))
    throw Skipped("the server is found by libpq, or on a local socket");
  reach = reach_server(server.host, server.port, patient.cancellation);
  return fmt::format("{}:{} takes connections at {}", server.host, server.port, reach.address);
}

std::string check_tls(const Patient& patient, const Config& config, const ServerReach& reach) {
  std::string mode = find_server(config).ssl_mode;
  std::string place = place_of_tls(patient, config);
  bool verifies = mode.starts_with("verify-");
  if (!reach.offers_tls && (verifies || mode == "require")) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("the server offers no TLS, and {} ({}) asks for it; is it the right server?",
                            mode, place));
  }
  if (!reach.offers_tls) return "the server offers none: passwords and rows are not encrypted on their way";
  if (mode == "disable") return fmt::format("offered, and switched off ({})", place);
  return verifies ? fmt::format("offered; the certificate is verified at login ({}, {})", mode, place)
                  : fmt::format(
                        "offered ({}, {}); to have the certificate verified as well, set [CLUSTER] SSLMODE = "
                        "verify-full",
                        mode, place);
}

std::string check_login(const Patient& patient, std::unique_ptr<Warehouse>& warehouse) {
  Target target = patient.target();
  warehouse = open_target_to_read(target, patient.cancellation);
  if (!warehouse) throw Skipped(fmt::format("there is no {} yet; the first etl makes it", target.path));
  return warehouse->describe();
}

std::string check_versions(Warehouse& warehouse) {
  auto cursor = warehouse.query("select version()");
  std::string version = cursor->next() ? std::string(cursor->text(0).value_or("")) : "";
  if (warehouse.dialect().engine() == Engine::kRedshift && version.find("Redshift") == version.npos) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("the server is no Redshift: {}; set [WAREHOUSE] ENGINE = postgres", version));
  }
  return fmt::format("{} {}, starlift {}", to_string(warehouse.dialect().engine()), version,
                     STARLIFT_VERSION);
}

std::string check_rights(const Patient& patient, const WarehouseDefinition& definition,
                         std::unique_ptr<Warehouse> login) {
  if (login && login->dialect().engine() != Engine::kDuckDb) return ask_for_rights(*login);
  login.reset();  // a file is read or written
  Target target = patient.target();
  if (!open_target_to_read(target, patient.cancellation)) return check_folder(target.path);
  auto warehouse = open_target(target, patient.cancellation);
  auto transaction = warehouse->begin();
  for (const auto& statement : create_statements(definition, warehouse->dialect()))
    transaction->execute(statement);
  return "tables can be made (tried, and rolled back)";
}

}  // namespace starlift
