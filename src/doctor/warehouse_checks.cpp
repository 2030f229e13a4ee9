#include "doctor/warehouse_checks.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "base/error.h"
#include "pipeline/tables.h"

namespace starlift {

namespace {

std::string default_port(Engine engine) {
  return engine == Engine::kRedshift ? "5439" : "5432";
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
  std::string host = config.get("CLUSTER", "HOST").value_or("");
  if (host.empty() && engine == Engine::kRedshift) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("{} is not set; starlift cluster up writes it", config.place("CLUSTER", "HOST")));
  }
  if (host.empty() || host.starts_with('/'))
    throw Skipped("the server is found by libpq, or on a local socket");
  std::string port = config.get("CLUSTER", "DB_PORT").value_or(default_port(engine));
  reach = reach_server(host, port, patient.cancellation);
  return fmt::format("{}:{} takes connections at {}", host, port, reach.address);
}

std::string check_tls(const Config& config, const ServerReach& reach) {
  std::string mode = config.get("CLUSTER", "SSLMODE").value_or("");
  bool is_required = mode == "require" || mode == "verify-ca" || mode == "verify-full";
  if (!reach.offers_tls && is_required) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("the server offers no TLS, and {} asks for it; is it the right server?",
                            config.place("CLUSTER", "SSLMODE")));
  }
  if (!reach.offers_tls) return "the server offers none: passwords and rows are not encrypted on their way";
  if (mode == "disable")
    return fmt::format("offered, and switched off by {}", config.place("CLUSTER", "SSLMODE"));
  bool verifies = mode.starts_with("verify-");
  return verifies ? "offered; the certificate is verified at login"
                  : "offered; to have the certificate verified as well, set [CLUSTER] SSLMODE = verify-full";
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
  return fmt::format("{} {}, starlift {}", to_string(warehouse.dialect().engine()), version,
                     STARLIFT_VERSION);
}

std::string check_rights(const Patient& patient, const WarehouseDefinition& definition) {
  Target target = patient.target();
  if (!open_target_to_read(target, patient.cancellation)) return check_folder(target.path);
  auto warehouse = open_target(target, patient.cancellation);
  auto transaction = warehouse->begin();
  for (const auto& statement : create_statements(definition, warehouse->dialect()))
    transaction->execute(statement);
  return "tables can be made (tried, and rolled back)";
}

}  // namespace starlift
