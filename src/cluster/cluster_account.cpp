#include "cluster/cluster_account.h"

#include <fmt/format.h>

#include <chrono>

#include "base/error.h"
#include "cluster/step_progress.h"

namespace starlift {

namespace {

using Kind = ClusterStep::Kind;

using Clock = std::chrono::steady_clock;

/// A step that is left to do after so few looks may yet be done.
constexpr int kFewLooks = 3;

/// The name of a role by its ARN, "arn:aws:iam::123456789012:role/path/name"; empty when it is none.
std::string name_of_role(const std::string& arn) {
  size_t slash = arn.rfind('/');
  return arn.find(":role/") == arn.npos || slash == arn.npos ? std::string() : arn.substr(slash + 1);
}

/// Sees that a run gets on: IAM tells what it did only after some seconds, and a security group is in use for
/// some minutes after its cluster's end, but not forever.
class Standstill {
 public:
  explicit Standstill(std::chrono::milliseconds longest) : longest_(longest) {}

  /// Notes a step that was tried. Returns true when it was the last one, too. Throws when it has been for too
  /// long.
  bool is_again(const ClusterStep& step, const NotYet& not_yet) {
    bool is_same = last_ && step.is_same_as(*last_);
    if (!is_same) began_ = Clock::now();
    looks_ = is_same ? looks_ + 1 : 1;
    last_ = step;
    if (!step.is_wait() && looks_ > kFewLooks && Clock::now() - began_ >= longest_) {
      if (not_yet) throw Error(*not_yet);
      throw Error(
          ErrorKind::kSource,
          fmt::format("AWS took the order to {} {} times, and shows no trace of it; see what becomes of it, "
                      "and run the command again",
                      step.text, looks_));
    }
    return is_same;
  }

 private:
  const std::chrono::milliseconds longest_;
  std::optional<ClusterStep> last_;
  Clock::time_point began_;
  int looks_ = 0;
};

}  // namespace

ClusterAccount::ClusterAccount(const CloudAccess& access, ClusterSettings settings)
    : cancellation_(access.cancellation),
      settings_(std::move(settings)),
      iam_(access),
      groups_(access),
      redshift_(access) {}

ClusterState ClusterAccount::look(bool looks_for_group) {
  ClusterState state;
  look_for_roles(state);
  state.cluster = redshift_.find_cluster(settings_.identifier());
  if (looks_for_group) state.group = groups_.find(settings_.group_name, settings_.order.tags);
  return state;
}

ClusterState ClusterAccount::look_again(bool looks_for_group, const ClusterPatience& patience,
                                        StepProgress& progress) {
  auto give_up_at = Clock::now() + patience.standstill;
  for (;;) {
    try {
      return look(looks_for_group);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kSource || Clock::now() >= give_up_at) throw;
    }
    progress.wait();
  }
}

void ClusterAccount::look_for_roles(ClusterState& state) {
  // Whoever brings a role needs no rights in IAM.
  auto find = [&](const std::string& name) -> std::optional<Role> {
    try {
      return iam_.find_role(name);
    } catch (const Denied&) {
      if (settings_.makes_role()) throw;
      state.unseen_roles.push_back(name);
      return std::nullopt;
    }
  };
  state.role = find(settings_.role_name);
  if (state.role && settings_.makes_role())
    state.role_policy = iam_.find_role_policy(settings_.role_name, settings_.role_policy_name());
  std::string own_name = name_of_role(settings_.own_role_arn);
  if (!own_name.empty() && own_name != settings_.role_name) state.own_role = find(own_name);
}

ClusterState ClusterAccount::bring_up(const std::optional<Secret>& password, const ClusterPatience& patience,
                                      EventListener& listener) {
  password_ = password.value_or(Secret());
  StepProgress progress(patience, cancellation_, listener);
  Standstill standstill(patience.standstill);
  bool was_there = !password;
  for (;;) {
    ClusterState state = look_again(settings_.open_to.has_value(), patience, progress);
    if (was_there && !state.cluster) {
      throw Error(
          ErrorKind::kConfiguration,
          fmt::format("the cluster {} is gone: somebody else removed it meanwhile; run the command again to "
                      "make a new one",
                      settings_.identifier()));
    }
    was_there = was_there || state.cluster.has_value();
    auto steps = steps_up(settings_, state);
    if (steps.empty()) {
      progress.finish();
      return state;
    }
    progress.begin(steps.front());
    NotYet not_yet = perform(steps.front(), state);
    bool is_again = standstill.is_again(steps.front(), not_yet);
    if (is_again || not_yet || steps.front().is_wait()) progress.wait();
  }
}

bool ClusterAccount::take_down(const std::optional<std::string>& final_snapshot,
                               const ClusterPatience& patience, EventListener& listener) {
  final_snapshot_ = final_snapshot;
  bool is_deleted_by_us = false;
  StepProgress progress(patience, cancellation_, listener);
  Standstill standstill(patience.standstill);
  for (;;) {
    ClusterState state = look_again(true, patience, progress);
    auto steps = steps_down(settings_, state);
    if (steps.empty()) {
      progress.finish();
      return is_deleted_by_us;
    }
    progress.begin(steps.front());
    NotYet not_yet = perform(steps.front(), state);
    if (steps.front().kind == Kind::kDeleteCluster && !not_yet) is_deleted_by_us = true;
    bool is_again = standstill.is_again(steps.front(), not_yet);
    if (is_again || not_yet || steps.front().is_wait()) progress.wait();
  }
}

NotYet ClusterAccount::perform(const ClusterStep& step, const ClusterState& state) {
  const auto& id = settings_.identifier();
  switch (step.kind) {
    case Kind::kCreateRole:
      iam_.create_role(settings_.role_name, settings_.trust_policy,
                       fmt::format("Lets the Redshift cluster {} read what it is loaded from", id),
                       settings_.order.tags);
      break;
    case Kind::kPutTrustPolicy:
      iam_.put_trust_policy(settings_.role_name, settings_.trust_policy);
      break;
    case Kind::kPutRolePolicy:
      iam_.put_role_policy(settings_.role_name, settings_.role_policy_name(), settings_.read_policy);
      break;
    case Kind::kCreateGroup:
      create_group();
      break;
    case Kind::kOpenPort:
      groups_.allow(state.group->id, step.rule);
      break;
    case Kind::kClosePort:
      groups_.revoke(state.group->id, step.rule);
      break;
    case Kind::kCreateCluster:
      create_cluster(state);
      break;
    case Kind::kAttachRole:
      return redshift_.attach_role(id, role_arn(settings_, state));
    case Kind::kDeleteCluster:
      return redshift_.delete_cluster(id, final_snapshot_);
    case Kind::kDeleteGroup:
      return groups_.remove(state.group->id);
    case Kind::kDeleteRole:
      delete_role(step.role_name);
      break;
    case Kind::kAwaitCluster:
    case Kind::kAwaitRole:
    case Kind::kAwaitRemoval:
      break;
  }
  return std::nullopt;
}

/// IAM deletes no role that has a policy.
void ClusterAccount::delete_role(const std::string& name) {
  iam_.delete_role_policy(name, settings_.role_policy_name());
  iam_.delete_role(name);
}

void ClusterAccount::create_group() {
  const auto& subnet_group = settings_.order.subnet_group;
  auto vpc = subnet_group.empty() ? groups_.find_default_vpc() : redshift_.find_vpc_of(subnet_group);
  if (!vpc) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("the region {} has no default VPC: name a subnet group of Redshift in [CLUSTER] "
                            "SUBNET_GROUP",
                            settings_.region));
  }
  std::string description =
      fmt::format("Opens the Redshift cluster {} for one address", settings_.identifier());
  if (groups_.create(settings_.group_name, description, *vpc, settings_.order.tags)) return;
  auto there = groups_.find_in(*vpc, settings_.group_name);
  if (there && !is_ours(there->tags, settings_)) {
    throw Error(
        ErrorKind::kConfiguration,
        fmt::format("the security group {} ({}) was not made by starlift for this cluster and is left alone; "
                    "remove it, or set another [CLUSTER] IDENTIFIER",
                    there->name, there->id));
  }
}

void ClusterAccount::create_cluster(const ClusterState& state) {
  ClusterOrder order = settings_.order;
  order.master_password = password_;
  order.is_public = settings_.open_to.has_value();
  if (order.is_public) order.security_groups.push_back(state.group->id);
  redshift_.create_cluster(order);
}

}  // namespace starlift
