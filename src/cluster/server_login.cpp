#include "cluster/server_login.h"

#include <memory>

#include "base/text.h"
#include "cluster/cluster_settings.h"
#include "cluster/expiring_login.h"

namespace starlift {

namespace {

std::string required_user(const Config& config) {
  if (auto user = config.get("CLUSTER", "DB_USER")) return *user;
  throw error_at(config, "CLUSTER", "DB_USER", "AUTH = iam logs in as a user of the database; name it here");
}

std::string required_identifier(const Config& config) {
  if (auto identifier = find_named_cluster(config)) return *identifier;
  std::string host = config.get("CLUSTER", "HOST").value_or("");
  if (host.find(".redshift-serverless.") != host.npos) {
    throw error_at(config, "CLUSTER", "AUTH",
                   "iam is for provisioned clusters; write password for a serverless workgroup");
  }
  throw error_at(config, "CLUSTER", "IDENTIFIER",
                 "AUTH = iam logs in to a cluster by its identifier; name it here");
}

bool may_create_user(const Config& config) {
  return config.get_switch("CLUSTER", "AUTO_CREATE").value_or(false);
}

/// A temporary password is one all the same, and Redshift takes it over TLS only.
void require_tls(const Config& config) {
  auto mode = config.get("CLUSTER", "SSLMODE");
  if (!mode || *mode == "require" || mode->starts_with("verify-")) return;
  throw error_at(config, "CLUSTER", "SSLMODE",
                 "AUTH = iam takes TLS; write require, verify-ca or verify-full, or leave it out");
}

}  // namespace

bool logs_in_by_iam(const Config& config) {
  if (config.engine() == Engine::kDuckDb) return false;
  std::string auth = to_lower(config.get("CLUSTER", "AUTH").value_or("password"));
  if (auth == "password") return false;
  if (auth != "iam") throw error_at(config, "CLUSTER", "AUTH", "write password or iam");
  if (config.engine() != Engine::kRedshift)
    throw error_at(config, "CLUSTER", "AUTH", "iam is for Redshift; write password for PostgreSQL");
  return true;
}

TemporaryLogin ask_for_login(const Config& config, const Config::Environment& environment,
                             const Cancellation& cancellation) {
  return RedshiftControl(cluster_access(config, environment, &cancellation))
      .get_login(required_identifier(config), required_user(config),
                 config.get("CLUSTER", "DB_NAME").value_or(""), may_create_user(config));
}

ServerLogin find_server_login(const Config& config, const Config::Environment& environment,
                              const Cancellation& cancellation) {
  if (!logs_in_by_iam(config)) return {};
  require_tls(config);
  auto login = std::make_shared<ExpiringLogin>(
      [config, environment, &cancellation] { return ask_for_login(config, environment, cancellation); });
  return [login](ServerAddress& address) {
    TemporaryLogin given = login->get();
    address.user = given.user;
    address.password = given.password.reveal();
    address.login_advice =
        "AWS gave this login for a while ([CLUSTER] AUTH = iam); is HOST that cluster's, and does the "
        "database have the user that DB_USER names? create user makes it, or AUTO_CREATE = true";
  };
}

}  // namespace starlift
