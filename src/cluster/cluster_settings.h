#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "cloud/redshift_control.h"
#include "project/config.h"
#include "project/definition.h"

namespace starlift {

/// The keys of the tags that everything carries which starlift makes. The values are the cluster's identifier
/// and region: a role is the account's, and two regions may have a cluster of one identifier each.
inline constexpr const char* kOwnerTag = "starlift";
inline constexpr const char* kRegionTag = "starlift-region";

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
  /// Whether it is known what is to be made; names alone do to find and remove it.
  bool is_whole() const { return !order.node_type.empty(); }
  std::string role_policy_name() const { return "starlift-read"; }
};

/// An Error{kConfiguration} about a value of dwh.cfg that is there or is missing, with its place.
Error error_at(const Config& config, const char* section, const char* key, const std::string& message);

/// Reads [CLUSTER], [IAM_ROLE] and the locations in S3, or their older names under [DWH]. Throws
/// Error{kConfiguration} with the place of what is missing or makes no sense.
ClusterSettings read_cluster_settings(const Config& config, const WarehouseDefinition& definition,
                                      const Config::Environment& environment);

/// Reads of these only what a cluster is found by and removed: region, names and tags. What else dwh.cfg says
/// may be wrong.
ClusterSettings read_cluster_names(const Config& config, const WarehouseDefinition& definition,
                                   const Config::Environment& environment);

/// Sees that dwh.cfg and the caller speak of the same place: throws Error{kConfiguration} when HOST names
/// another cluster than IDENTIFIER, or that one in another region, or ARN a role of another account than
/// `account`.
void check_place(const Config& config, const ClusterSettings& settings, const std::string& account);

/// The region of the cluster: [CLUSTER] REGION, the one that HOST names, [S3] REGION, or the one that AWS's
/// own tools would take.
std::optional<std::string> find_cluster_region(const Config& config, const Config::Environment& environment);

/// The identifier of a cluster that dwh.cfg itself names, by IDENTIFIER or by HOST, in lower case.
std::optional<std::string> find_named_cluster(const Config& config);

/// The identifier of the cluster that dwh.cfg names, or that of a new one by the definition's name, in lower
/// case. Throws Error{kConfiguration} for one that Redshift would refuse.
std::string cluster_identifier(const Config& config, const WarehouseDefinition& definition);

/// How the account is reached that the cluster is in. Throws Error{kConfiguration} when no region is named.
CloudAccess cluster_access(const Config& config, const Config::Environment& environment,
                           const Cancellation* cancellation);

/// Whether starlift made what carries these tags, for this cluster.
bool is_ours(const Tags& tags, const ClusterSettings& settings);

}  // namespace starlift
