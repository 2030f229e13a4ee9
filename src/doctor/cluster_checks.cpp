#include "doctor/cluster_checks.h"

#include <fmt/format.h>

#include "base/error.h"
#include "cloud/iam.h"
#include "cloud/redshift_control.h"
#include "cluster/cluster_settings.h"
#include "cluster/server_login.h"

namespace starlift {

namespace {

CloudAccess access_of(const Patient& patient, const Config& config) {
  return cluster_access(config, patient.environment, &patient.cancellation);
}

ClusterDescription find_cluster(const Patient& patient, const Config& config) {
  auto identifier = find_named_cluster(config);
  if (!identifier)
    throw Skipped("dwh.cfg names no cluster: neither [CLUSTER] IDENTIFIER nor a HOST of Redshift's");
  auto cluster = RedshiftControl(access_of(patient, config)).find_cluster(*identifier);
  if (cluster) return *cluster;
  throw Error(ErrorKind::kConfiguration,
              fmt::format("there is no cluster {} in this account and region; starlift cluster up makes it",
                          *identifier));
}

std::string required_role(const Config& config) {
  if (auto arn = config.get("IAM_ROLE", "ARN")) return *arn;
  throw Error(
      ErrorKind::kConfiguration,
      fmt::format("{} is not set: the cluster needs a role to read S3 with; starlift cluster up makes one",
                  config.place("IAM_ROLE", "ARN")));
}

/// Throws what the role may not do.
void check_reads_object(IamClient& iam, const std::string& role, const std::string& arn_prefix,
                        const std::string& object) {
  Location location = parse_location(object);
  std::string bucket = fmt::format("{}:s3:::{}", arn_prefix, location.bucket);
  bool may_list = iam.allows(role, "s3:ListBucket", bucket, {{"s3:prefix", location.path}});
  bool may_get = iam.allows(role, "s3:GetObject", bucket + "/" + location.path);
  if (may_list && may_get) return;
  throw Error(
      ErrorKind::kConfiguration,
      fmt::format(
          "the role {} lacks {} for {}; starlift cluster up writes the policy that it takes, or add it "
          "to the role yourself",
          role, may_get ? "s3:ListBucket" : "s3:GetObject", object));
}

}  // namespace

std::string check_cluster(const Patient& patient, const Config& config) {
  ClusterDescription cluster = find_cluster(patient, config);
  if (cluster.status != "available") {
    throw Error(
        ErrorKind::kConfiguration,
        fmt::format("the cluster {} is {}; wait until starlift cluster status shows it available, or resume "
                    "it when it is paused",
                    cluster.identifier, cluster.status));
  }
  auto host = config.get("CLUSTER", "HOST");
  if (host && *host != cluster.host) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("the cluster {} is at {}, and {} says {}", cluster.identifier, cluster.host,
                            config.place("CLUSTER", "HOST"), *host));
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
  std::string arn = required_role(config);
  ClusterDescription cluster = find_cluster(patient, config);
  const auto* attached = cluster.find_role(arn);
  if (attached && attached->status == "in-sync") return fmt::format("{} has {}", cluster.identifier, arn);
  throw Error(
      ErrorKind::kConfiguration,
      fmt::format("the cluster {} {} the role {}; starlift cluster up gives it, or the console under Manage "
                  "IAM roles",
                  cluster.identifier, attached ? "does not yet have" : "lacks", arn));
}

std::string check_role_reads(const Patient& patient, const Config& config,
                             const WarehouseDefinition& definition, const FirstObjects& first_objects) {
  std::string arn = required_role(config);
  CloudAccess access = access_of(patient, config);
  IamClient iam(access);
  int count = 0;
  for (const auto& dataset : definition.datasets) {
    auto first = first_objects.find(dataset.name);
    if (first == first_objects.end() || !first->second.starts_with("s3://")) continue;
    check_reads_object(iam, arn, access.arn_prefix(), first->second);
    ++count;
  }
  if (count == 0) throw Skipped("no object in S3 was found to ask about");
  return fmt::format("{} may list and read the sources, as IAM evaluates its policies", arn);
}

}  // namespace starlift
