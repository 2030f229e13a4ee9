#include "doctor/cluster_checks.h"

#include <fmt/format.h>

#include "base/error.h"
#include "cloud/iam.h"
#include "cloud/redshift_control.h"
#include "cluster/cluster_host.h"
#include "cluster/cluster_settings.h"
#include "cluster/role_policies.h"
#include "cluster/server_login.h"
#include "pipeline/copy_choice.h"

namespace starlift {

namespace {

CloudAccess access_of(const Patient& patient, const Config& config) {
  if (!has_account(patient, config))
    throw Skipped("the credentials are not AWS's: there is no account to ask");
  CloudAccess access = cluster_access(config, patient.environment, &patient.cancellation);
  try {
    access.credentials->get();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kConfiguration) throw;
    throw Skipped("there are no credentials to ask with");
  }
  return access;
}

/// A load asks for less than the doctor: a caller who may not ask is no hindrance to it.
template <typename Ask>
auto ask_if_permitted(Ask ask) {
  try {
    return ask();
  } catch (const Denied& denied) {
    throw Skipped(fmt::format("{}, for this check; a load does without", denied.what()));
  }
}

ClusterDescription find_cluster(const Patient& patient, const Config& config) {
  auto identifier = find_named_cluster(config);
  if (!identifier)
    throw Skipped("dwh.cfg names no cluster: neither [CLUSTER] IDENTIFIER nor a HOST of Redshift's");
  auto cluster =
      ask_if_permitted([&] { return RedshiftControl(access_of(patient, config)).find_cluster(*identifier); });
  if (cluster) return *cluster;
  throw Error(ErrorKind::kConfiguration,
              fmt::format("there is no cluster {} in this account and region; starlift cluster up makes it",
                          *identifier));
}

/// The roles under [IAM_ROLE] ARN: the cluster's own takes on the others, one by one.
std::vector<std::string> required_roles(const Patient& patient, const Config& config) {
  if (!config.get("S3", "STAGING"))
    throw Skipped("there is no [S3] STAGING: rows go by INSERT, for which the cluster needs no role");
  auto text = config.get("IAM_ROLE", "ARN");
  std::string place = config.place("IAM_ROLE", "ARN");
  if (!text) {
    throw Error(
        ErrorKind::kConfiguration,
        fmt::format("{} is not set: the cluster needs a role to read S3 with; starlift cluster up makes one",
                    place));
  }
  if (is_same_name(*text, "default")) {
    ClusterDescription cluster = find_cluster(patient, config);
    if (!cluster.default_role_arn.empty()) return {cluster.default_role_arn};
    throw Error(
        ErrorKind::kConfiguration,
        fmt::format("{} says default, and the cluster {} has no default role; the console sets one under "
                    "Manage IAM roles",
                    place, cluster.identifier));
  }
  std::vector<std::string> roles;
  for (auto role : split(*text, ','))
    roles.emplace_back(trim(role));
  return roles;
}

/// Returns what the role may not do with an object and the folder that it is in; empty when it may read both.
std::string find_missing_action(IamClient& iam, const std::string& role, const std::string& arn_prefix,
                                const Location& object) {
  std::string bucket = fmt::format("{}:s3:::{}", arn_prefix, object.bucket);
  if (!iam.allows(role, "s3:GetObject", bucket + "/" + object.path)) return "s3:GetObject";
  return iam.allows(role, "s3:ListBucket", bucket, {{"s3:prefix", object.path}}) ? "" : "s3:ListBucket";
}

void check_trust(IamClient& iam, const std::string& arn) {
  auto role = iam.find_role(arn.substr(arn.rfind('/') + 1));
  if (role && names_redshift(role->trust_policy)) return;
  throw Error(
      ErrorKind::kConfiguration,
      role
          ? fmt::format("the trust policy of the role {} does not name redshift.amazonaws.com, so no cluster "
                        "may take it on; starlift cluster plan shows the one that it takes",
                        arn)
          : fmt::format("there is no role {}; starlift cluster up makes one", arn));
}

Location object_below(Location folder) {
  if (!folder.path.empty() && !folder.path.ends_with('/')) folder.path += '/';
  folder.path += "starlift-doctor";
  return folder;
}

/// An object in each place that the cluster reads: the parts that a load leaves below STAGING, and the
/// sources whose objects [COPY] lets it copy by itself.
std::vector<Location> objects_to_read(const Patient& patient, const Config& config) {
  std::vector<Location> objects = {object_below(parse_location(config.get("S3", "STAGING").value_or("")))};
  for (const auto& dataset : patient.definition().datasets) {
    auto source = config.get(dataset.source.section, dataset.source.key);
    if (!source || !may_copy_direct(config, dataset)) continue;
    Location location = parse_location(config.resolve_path(*source));
    if (location.scheme == Location::Scheme::kS3) objects.push_back(object_below(location));
  }
  return objects;
}

}  // namespace

std::string check_cluster(const Patient& patient, const Config& config) {
  ClusterDescription cluster = find_cluster(patient, config);
  if (!cluster.is_available()) {
    throw Error(
        ErrorKind::kConfiguration,
        fmt::format("the cluster {} is {}; wait until starlift cluster status shows it available, or resume "
                    "it when it is paused",
                    cluster.identifier, cluster.status));
  }
  // An address of one's own may lead there, too.
  std::string host = config.get("CLUSTER", "HOST").value_or("");
  if (parse_cluster_host(host) && !is_same_name(host, cluster.host)) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("the cluster {} is at {}, and {} says {}", cluster.identifier, cluster.host,
                            config.place("CLUSTER", "HOST"), host));
  }
  return fmt::format("{} is available: {} x {}, {}", cluster.identifier, cluster.nodes, cluster.node_type,
                     cluster.is_public ? "public" : "not public: reached from within its VPC");
}

std::string check_temporary_login(const Patient& patient, const Config& config) {
  if (!logs_in_by_iam(config)) throw Skipped("[CLUSTER] AUTH is password");
  TemporaryLogin login = ask_for_login(config, patient.environment, patient.cancellation);
  return fmt::format("{} until {}", login.user, login.expires);
}

std::string check_role_attached(const Patient& patient, const Config& config) {
  std::string arn = required_roles(patient, config).front();
  ClusterDescription cluster = find_cluster(patient, config);
  const auto* attached = cluster.find_role(arn);
  if (attached && attached->status == "in-sync") return fmt::format("{} has {}", cluster.identifier, arn);
  throw Error(
      ErrorKind::kConfiguration,
      fmt::format("the cluster {} {} the role {}; starlift cluster up gives it, or the console under Manage "
                  "IAM roles",
                  cluster.identifier, attached ? "does not yet have" : "lacks", arn));
}

std::string check_role_reads(const Patient& patient, const Config& config) {
  auto roles = required_roles(patient, config);
  CloudAccess access = access_of(patient, config);
  IamClient iam(access);
  ask_if_permitted([&] { check_trust(iam, roles.front()); });
  auto objects = objects_to_read(patient, config);
  for (const auto& object : objects) {
    std::string missing =
        ask_if_permitted([&] { return find_missing_action(iam, roles.back(), access.arn_prefix(), object); });
    if (missing.empty()) continue;
    throw Error(
        ErrorKind::kConfiguration,
        fmt::format(
            "the role {} lacks {} for {}; starlift cluster up writes the policy that it takes, or add it "
            "to the role yourself",
            roles.back(), missing, to_string(object)));
  }
  return fmt::format(
      "{} may be taken on by Redshift, and list and read [S3] STAGING{}, as IAM evaluates its policies",
      roles.back(), objects.size() > 1 ? " and the sources that it may copy by itself" : "");
}

}  // namespace starlift
