#pragma once

#include <optional>
#include <string>

#include "cloud/redshift_control.h"
#include "project/config.h"
#include "project/definition.h"

namespace starlift {

/// The key of the tag that everything carries which starlift makes; its value is the cluster's identifier.
inline constexpr const char* kOwnerTag = "starlift";

/// The cluster that dwh.cfg describes, with what belongs to it.
struct ClusterSettings {
  ClusterOrder order;  ///< without its password
  std::string region;
  std::string role_name;     ///< of the role that starlift makes
  std::string own_role_arn;  ///< of a role that the user brings instead; empty: none
  std::string trust_policy;
  std::string read_policy;
  std::string group_name;              ///< of the security group that opens a public cluster
  std::optional<std::string> open_to;  ///< who may reach a public cluster, as a CIDR

  const std::string& identifier() const { return order.identifier; }
  bool makes_role() const { return own_role_arn.empty(); }
  std::string role_policy_name() const { return "starlift-read"; }
};

/// Reads [CLUSTER], [IAM_ROLE] and the locations in S3, or their older names under [DWH]. Throws
/// Error{kConfiguration} with the place of what is missing or makes no sense.
ClusterSettings read_cluster_settings(const Config& config, const WarehouseDefinition& definition,
                                      const Config::Environment& environment);

/// The region of the cluster: [CLUSTER] REGION, the one that HOST names, [S3] REGION, or the one that AWS's
/// own tools would take.
std::optional<std::string> find_cluster_region(const Config& config, const Config::Environment& environment);

/// The identifier of a cluster that dwh.cfg itself names, by IDENTIFIER or by HOST, in lower case.
std::optional<std::string> find_named_cluster(const Config& config);

/// The identifier as Redshift keeps it, in lower case. Throws Error{kConfiguration} for one that Redshift
/// would refuse.
std::string cluster_identifier(const Config& config, const WarehouseDefinition& definition);

/// How the account is reached that the cluster is in. Throws Error{kConfiguration} when no region is named.
CloudAccess cluster_access(const Config& config, const Config::Environment& environment,
                           const Cancellation* cancellation);

/// Whether starlift made what carries these tags, for this cluster.
bool is_ours(const Tags& tags, const std::string& identifier);

}  // namespace starlift
