#include "cluster/cluster_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "cluster/role_policies.h"

namespace starlift {

namespace {

using Kind = ClusterStep::Kind;

/// What Redshift does not come out of by itself (Management Guide, "Cluster status"), and what to do.
struct StuckStatus {
  std::string_view status;
  std::string_view what_to_do;
};
constexpr std::array<StuckStatus, 8> kStuck = {{
    {"paused", "resume it first: aws redshift resume-cluster"},
    {"deleting", "it is being removed; wait until it is gone, then run this again"},
    {"final-snapshot", "it is being removed; wait until it is gone, then run this again"},
    {"hardware-failure", "restore it from a snapshot, or remove it with starlift cluster down"},
    {"incompatible-hsm", "see the Redshift console"},
    {"incompatible-network", "mend the subnets or security groups of its VPC"},
    {"incompatible-parameters", "mend its parameter group"},
    {"storage-full", "resize it, or delete data"},
}};

void check_is_ours(const ClusterSettings& settings, const ClusterState& state) {
  const auto& id = settings.identifier();
  if (state.cluster && !is_ours(state.cluster->tags, id)) {
    throw Error(
        ErrorKind::kConfiguration,
        fmt::format("the cluster {} was not made by starlift (it has no tag {} = {}) and is left alone; to "
                    "load it, put its HOST, DB_PORT and role ARN into dwh.cfg; for another one, set "
                    "[CLUSTER] IDENTIFIER",
                    id, kOwnerTag, id));
  }
}

void check_role_is_ours(const ClusterSettings& settings, const ClusterState& state) {
  if (!settings.makes_role() || !state.role || is_ours(state.role->tags, settings.identifier())) return;
  throw Error(
      ErrorKind::kConfiguration,
      fmt::format(
          "the role {} was not made by starlift for this cluster and is left alone; to use it as "
          "it is, set [IAM_ROLE] ARN = {} and another [IAM_ROLE] NAME; for a new one, set another NAME",
          settings.role_name, state.role->arn));
}

void check_status(const ClusterDescription& cluster) {
  auto stuck = std::find_if(kStuck.begin(), kStuck.end(),
                            [&](const StuckStatus& known) { return known.status == cluster.status; });
  if (stuck == kStuck.end()) return;
  throw Error(ErrorKind::kConfiguration,
              fmt::format("the cluster {} is {}: {}", cluster.identifier, cluster.status, stuck->what_to_do));
}

void add_role_steps(std::vector<ClusterStep>& steps, const ClusterSettings& settings,
                    const ClusterState& state) {
  if (!settings.makes_role()) return;
  if (!state.role) steps.push_back({Kind::kCreateRole, "create the role " + settings.role_name, {}});
  if (state.role_policy && compact_json(*state.role_policy) == compact_json(settings.read_policy)) return;
  steps.push_back({Kind::kPutRolePolicy,
                   fmt::format("write the policy {} of the role", settings.role_policy_name()),
                   {}});
}

/// The port is open for the caller alone: what an earlier run opened for another address is closed. A cluster
/// that was made without a public address gets none.
void add_group_steps(std::vector<ClusterStep>& steps, const ClusterSettings& settings,
                     const ClusterState& state) {
  if (!settings.open_to || (state.cluster && !state.cluster->is_public)) return;
  IngressRule wanted{settings.order.port, *settings.open_to};
  std::vector<IngressRule> rules;
  if (state.group) rules = state.group->rules;
  if (!state.group)
    steps.push_back({Kind::kCreateGroup, "create the security group " + settings.group_name, {}});
  if (std::find(rules.begin(), rules.end(), wanted) == rules.end()) {
    steps.push_back(
        {Kind::kOpenPort, fmt::format("open port {} for {} alone", wanted.port, wanted.cidr), wanted});
  }
  for (const auto& rule : rules) {
    if (rule != wanted)
      steps.push_back({Kind::kClosePort, fmt::format("close port {} for {}", rule.port, rule.cidr), rule});
  }
}

}  // namespace

std::string role_arn(const ClusterSettings& settings, const ClusterState& state) {
  if (!settings.makes_role()) return settings.own_role_arn;
  return state.role ? state.role->arn : std::string();
}

std::vector<ClusterStep> steps_up(const ClusterSettings& settings, const ClusterState& state) {
  check_is_ours(settings, state);
  check_role_is_ours(settings, state);
  if (state.cluster) check_status(*state.cluster);
  const auto& id = settings.identifier();
  std::vector<ClusterStep> steps;
  add_role_steps(steps, settings, state);
  add_group_steps(steps, settings, state);
  if (!state.cluster) steps.push_back({Kind::kCreateCluster, "create the cluster " + id, {}});
  if (!state.is_available()) {
    std::string status = state.cluster ? fmt::format(" ({})", state.cluster->status) : "";
    steps.push_back({Kind::kAwaitCluster, fmt::format("wait until it is available{}", status), {}});
  }
  std::string arn = role_arn(settings, state);
  const auto* attached = state.cluster ? state.cluster->find_role(arn) : nullptr;
  if (!attached || attached->status == "removing")
    steps.push_back({Kind::kAttachRole, "give the cluster the role", {}});
  if (!attached || attached->status != "in-sync")
    steps.push_back({Kind::kAwaitRole, "wait until the cluster has the role", {}});
  return steps;
}

std::vector<ClusterStep> steps_down(const ClusterSettings& settings, const ClusterState& state) {
  check_is_ours(settings, state);
  const auto& id = settings.identifier();
  std::vector<ClusterStep> steps;
  if (state.cluster) {
    bool is_going = state.cluster->status == "deleting" || state.cluster->status == "final-snapshot";
    if (!is_going) steps.push_back({Kind::kDeleteCluster, "delete the cluster " + id, {}});
    steps.push_back(
        {Kind::kAwaitRemoval, fmt::format("wait until it is gone ({})", state.cluster->status), {}});
  }
  if (state.group)
    steps.push_back({Kind::kDeleteGroup, "delete the security group " + state.group->name, {}});
  if (state.role && is_ours(state.role->tags, id)) {
    if (state.role_policy) {
      steps.push_back({Kind::kDeleteRolePolicy,
                       fmt::format("delete the policy {} of the role", settings.role_policy_name()),
                       {}});
    }
    steps.push_back({Kind::kDeleteRole, "delete the role " + settings.role_name, {}});
  }
  return steps;
}

std::vector<std::string> differences(const ClusterSettings& settings, const ClusterState& state) {
  std::vector<std::string> texts;
  if (!state.cluster) return texts;
  const auto& cluster = *state.cluster;
  const auto& order = settings.order;
  auto compare = [&](const char* what, const std::string& is, const std::string& wanted) {
    if (is != wanted) texts.push_back(fmt::format("{} is {}, and dwh.cfg says {}", what, is, wanted));
  };
  compare("the node type", cluster.node_type, order.node_type);
  compare("the number of nodes", std::to_string(cluster.nodes), std::to_string(order.nodes));
  compare("the master user", cluster.master_user, order.master_user);
  if (!cluster.is_encrypted) texts.emplace_back("it is not encrypted");
  if (settings.open_to && !cluster.is_public)
    texts.emplace_back("it is not public, and was made so: its endpoint is reached from within its VPC only");
  return texts;
}

}  // namespace starlift
