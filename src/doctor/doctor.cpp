#include "doctor/doctor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "doctor/cluster_checks.h"
#include "doctor/source_checks.h"
#include "doctor/warehouse_checks.h"

namespace starlift {

namespace {

std::string check_configuration(const Patient& patient) {
  const Config& config = patient.config();
  const auto& definition = patient.definition();
  auto warnings = config.warnings(definition);
  std::string text =
      fmt::format("{}: {}, definition {} with {} and {}", config.file(), to_string(patient.engine()),
                  definition.name, format_counted(definition.datasets.size(), "dataset"),
                  format_counted(definition.models.size(), "model"));
  return warnings.empty() ? text : fmt::format("{}; {}", text, fmt::join(warnings, "; "));
}

void examine_cluster(const Patient& patient, const Config& config, Examination& examination) {
  if (patient.engine() != Engine::kRedshift) return examination.skip("cluster", "the engine is not Redshift");
  examination.check("cluster", [&] { return check_cluster(patient, config); });
}

/// Returns whether AWS gives the login that is to be used, if it is to.
bool examine_temporary_login(const Patient& patient, const Config& config, Examination& examination) {
  if (patient.engine() != Engine::kRedshift) return true;
  examination.check("temporary login", [&] { return check_temporary_login(patient, config); });
  return examination.findings().back().state != Finding::State::kFailed;
}

/// Returns whether the server can be logged in to.
bool examine_way(const Patient& patient, const Config& config, Examination& examination) {
  ServerReach reach;
  bool is_reached = examination.check("network", [&] { return check_reach(patient, config, reach); });
  bool is_skipped = examination.findings().back().state == Finding::State::kSkipped;
  if (is_reached) {
    examination.check("tls", [&] { return check_tls(patient, config, reach); });
  } else {
    examination.skip("tls",
                     is_skipped ? "there is no connection over the network" : "the server is not reached");
  }
  return is_reached || is_skipped;
}

void examine_role(const Patient& patient, const Config& config, Examination& examination) {
  if (patient.engine() != Engine::kRedshift) {
    examination.skip("role", "the engine is not Redshift");
    return;
  }
  examination.check("role", [&] { return check_role_attached(patient, config); });
  examination.check("role's rights", [&] { return check_role_reads(patient, config); });
}

}  // namespace

void examine(const Patient& patient, Examination& examination) {
  if (!examination.check("configuration", [&] { return check_configuration(patient); })) return;
  const Config& config = patient.config();
  const auto& definition = patient.definition();
  examination.check("credentials", [&] { return check_credentials(patient, config, definition); });
  for (const auto& dataset : definition.datasets)
    examination.check("source " + dataset.name, [&] { return check_source(patient, config, dataset); });
  examination.check("staging", [&] { return check_staging(patient, config); });
  examine_cluster(patient, config, examination);
  bool has_login = examine_temporary_login(patient, config, examination);
  bool is_reached = examine_way(patient, config, examination);

  std::unique_ptr<Warehouse> warehouse;
  if (is_reached && has_login) {
    examination.check("login", [&] { return check_login(patient, warehouse); });
  } else {
    examination.skip("login", is_reached ? "AWS gives no temporary login" : "the server is not reached");
  }
  bool has_failed =
      examination.findings().back().state == Finding::State::kFailed || !is_reached || !has_login;
  examine_role(patient, config, examination);
  if (warehouse) {
    examination.check("versions", [&] { return check_versions(*warehouse); });
  } else {
    examination.skip("versions", "there is no warehouse to ask");
  }
  if (has_failed) {
    examination.skip("rights", "there is no login");
  } else {
    examination.check("rights", [&] { return check_rights(patient, definition, std::move(warehouse)); });
  }
}

}  // namespace starlift
