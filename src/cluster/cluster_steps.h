#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cloud/iam.h"
#include "cloud/redshift_control.h"
#include "cloud/security_groups.h"
#include "cluster/cluster_settings.h"

namespace starlift {

/// What is there in the account, as far as it concerns one cluster.
struct ClusterState {
  std::optional<Role> role;                ///< of the name that starlift gives
  std::optional<Role> own_role;            ///< of another [IAM_ROLE] ARN
  std::vector<std::string> unseen_roles;   ///< names of those that the caller may not look at
  std::optional<std::string> role_policy;  ///< JSON
  std::optional<SecurityGroup> group;      ///< ours only: it is looked for by its tag
  std::optional<ClusterDescription> cluster;

  bool is_available() const { return cluster && cluster->is_available() && !cluster->host.empty(); }
};

/// One thing to do in the account. All can be repeated: what is done already stays as it is.
struct ClusterStep {
  enum class Kind {
    kCreateRole,
    kPutTrustPolicy,
    kPutRolePolicy,
    kCreateGroup,
    kOpenPort,
    kClosePort,
    kCreateCluster,
    kAwaitCluster,
    kAttachRole,
    kAwaitRole,
    kDeleteCluster,
    kAwaitRemoval,
    kDeleteGroup,
    kDeleteRole,
  };
  Kind kind;
  std::string text;            ///< "create the role starlift-dwh"
  IngressRule rule = {};       ///< of kOpenPort and kClosePort
  std::string role_name = {};  ///< of kDeleteRole

  bool is_wait() const {
    return kind == Kind::kAwaitCluster || kind == Kind::kAwaitRole || kind == Kind::kAwaitRemoval;
  }
  /// Whether it is that step again, whatever its text has become.
  bool is_same_as(const ClusterStep& other) const {
    return kind == other.kind && rule == other.rule && role_name == other.role_name;
  }
};

/// Returns what is left to do until the cluster stands as the settings say, in order; none when it does.
/// Throws Error{kConfiguration} when something of these names is there that starlift did not make, or the
/// cluster is in a state that does not pass by itself.
std::vector<ClusterStep> steps_up(const ClusterSettings& settings, const ClusterState& state);

/// Throws Error{kConfiguration} when there is a cluster of that name that starlift did not make.
void check_is_ours(const ClusterSettings& settings, const ClusterState& state);

/// Returns what is left to do until nothing is there that starlift made; what it did not make is left alone.
std::vector<ClusterStep> steps_down(const ClusterSettings& settings, const ClusterState& state);

/// Returns in what a cluster that stands is not as the settings say; `up` does not change these.
std::vector<std::string> differences(const ClusterSettings& settings, const ClusterState& state);

/// The role that the cluster reads S3 with; empty while there is none.
std::string role_arn(const ClusterSettings& settings, const ClusterState& state);

}  // namespace starlift
