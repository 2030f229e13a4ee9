#include "cluster/cluster_steps.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

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

/// Who made what carries these tags: "starlift for the cluster shop in eu-west-1".
std::string maker_of(const Tags& tags) {
  auto owner = tags.find(kOwnerTag), region = tags.find(kRegionTag);
  if (owner == tags.end()) return "somebody else";
  return fmt::format("starlift for the cluster {} in {}", owner->second,
                     region == tags.end() ? "another region" : region->second);
}

void check_role_is_ours(const ClusterSettings& settings, const ClusterState& state) {
  if (!settings.makes_role() || !state.role || is_ours(state.role->tags, settings)) return;
  throw Error(
      ErrorKind::kConfiguration,
      fmt::format(
          "the role {} was not made by starlift for this cluster, but by {}, and is left alone; to use it "
          "as it is, set [IAM_ROLE] ARN = {} and another [IAM_ROLE] NAME; for a new one, set another NAME",
          settings.role_name, maker_of(state.role->tags), state.role->arn));
}

/// A role that another cluster's end takes away is none to rely on.
void check_own_role_stays(const ClusterSettings& settings, const ClusterState& state) {
  if (!state.own_role || !state.own_role->tags.contains(kOwnerTag) || is_ours(state.own_role->tags, settings))
    return;
  throw Error(
      ErrorKind::kConfiguration,
      fmt::format(
          "the role under [IAM_ROLE] ARN, {}, was made by {}, and goes with it; empty ARN to have one "
          "made for this cluster",
          state.own_role->arn, maker_of(state.own_role->tags)));
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
  if (!state.role) {
    steps.push_back({Kind::kCreateRole, "create the role " + settings.role_name});
  } else if (!names_redshift(state.role->trust_policy)) {
    steps.push_back({Kind::kPutTrustPolicy, "let Redshift take on the role " + settings.role_name});
  }
  if (state.role_policy && compact_json(*state.role_policy) == compact_json(settings.read_policy)) return;
  steps.push_back(
      {Kind::kPutRolePolicy, fmt::format("write the policy {} of the role", settings.role_policy_name())});
}

bool is_in_our_group(const ClusterDescription& cluster, const ClusterState& state) {
  const auto& groups = cluster.security_groups;
  return state.group && std::find(groups.begin(), groups.end(), state.group->id) != groups.end();
}

/// The port of a cluster that stands is its own, whatever dwh.cfg says.
int port_of(const ClusterSettings& settings, const ClusterState& state) {
  return state.cluster && state.cluster->port > 0 ? state.cluster->port : settings.order.port;
}

/// The port is open for the caller alone: what an earlier run opened for another address is closed. A cluster
/// that was made without a public address gets none, and one that is not in our group is not opened by it.
void add_group_steps(std::vector<ClusterStep>& steps, const ClusterSettings& settings,
                     const ClusterState& state) {
  if (!settings.open_to) return;
  if (state.cluster && (!state.cluster->is_public || !is_in_our_group(*state.cluster, state))) return;
  IngressRule wanted{port_of(settings, state), *settings.open_to};
  std::vector<IngressRule> rules;
  if (state.group) rules = state.group->rules;
  if (!state.group) steps.push_back({Kind::kCreateGroup, "create the security group " + settings.group_name});
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

void check_is_ours(const ClusterSettings& settings, const ClusterState& state) {
  if (!state.cluster || is_ours(state.cluster->tags, settings)) return;
  const auto& id = settings.identifier();
  throw Error(
      ErrorKind::kConfiguration,
      fmt::format("the cluster {} was not made by starlift (it has no tag {} = {}) and is left alone; to "
                  "load it, put its HOST, DB_PORT and role ARN into dwh.cfg; for another one, empty HOST and "
                  "set [CLUSTER] IDENTIFIER",
                  id, kOwnerTag, id));
}

std::string role_arn(const ClusterSettings& settings, const ClusterState& state) {
  if (!settings.makes_role()) return settings.own_role_arn;
  return state.role ? state.role->arn : std::string();
}

std::vector<ClusterStep> steps_up(const ClusterSettings& settings, const ClusterState& state) {
  check_is_ours(settings, state);
  check_role_is_ours(settings, state);
  check_own_role_stays(settings, state);
  if (state.cluster) check_status(*state.cluster);
  const auto& id = settings.identifier();
  std::vector<ClusterStep> steps;
  add_role_steps(steps, settings, state);
  add_group_steps(steps, settings, state);
  if (!state.cluster) steps.push_back({Kind::kCreateCluster, "create the cluster " + id});
  if (!state.is_available()) {
    std::string status = state.cluster ? fmt::format(" ({})", state.cluster->status) : "";
    steps.push_back({Kind::kAwaitCluster, fmt::format("wait until it is available{}", status)});
  }
  std::string arn = role_arn(settings, state);
  const auto* attached = state.cluster ? state.cluster->find_role(arn) : nullptr;
  if (!attached || attached->status == "removing")
    steps.push_back({Kind::kAttachRole, "give the cluster the role"});
  if (!attached || attached->status != "in-sync")
    steps.push_back({Kind::kAwaitRole, "wait until the cluster has the role"});
  return steps;
}

std::vector<ClusterStep> steps_down(const ClusterSettings& settings, const ClusterState& state) {
  std::vector<ClusterStep> steps;
  if (state.cluster && is_ours(state.cluster->tags, settings)) {
    bool is_going = state.cluster->status == "deleting" || state.cluster->status == "final-snapshot";
    if (!is_going) steps.push_back({Kind::kDeleteCluster, "delete the cluster " + settings.identifier()});
    steps.push_back({Kind::kAwaitRemoval, fmt::format("wait until it is gone ({})", state.cluster->status)});
  }
  if (state.group) steps.push_back({Kind::kDeleteGroup, "delete the security group " + state.group->name});
  for (const auto& role : {state.role, state.own_role}) {
    if (!role || !is_ours(role->tags, settings)) continue;
    steps.push_back(
        {Kind::kDeleteRole, fmt::format("delete the role {} with its policy", role->name), {}, role->name});
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
  compare("the database", cluster.database, order.database);
  compare("the master user", cluster.master_user, order.master_user);
  if (cluster.port > 0) compare("the port", std::to_string(cluster.port), std::to_string(order.port));
  if (!order.subnet_group.empty()) compare("the subnet group", cluster.subnet_group, order.subnet_group);
  if (!cluster.is_encrypted) texts.emplace_back("it is not encrypted");
  if (settings.open_to && !cluster.is_public)
    texts.emplace_back("it is not public, and was made so: its endpoint is reached from within its VPC only");
  if (settings.open_to && cluster.is_public && !is_in_our_group(cluster, state)) {
    texts.push_back(fmt::format(
        "it is not in the security group {}, but in {}: starlift opens none of these, so open "
        "port {} for {} there yourself",
        settings.group_name, fmt::join(cluster.security_groups, ", "), cluster.port, *settings.open_to));
  }
  return texts;
}

}  // namespace starlift
