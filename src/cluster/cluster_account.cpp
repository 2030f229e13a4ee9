#include "cluster/cluster_account.h"

#include <fmt/format.h>

#include "base/error.h"
#include "cluster/step_progress.h"

namespace starlift {

namespace {

using Kind = ClusterStep::Kind;

/// A step that was taken so often and is still left to do will never be done.
constexpr int kMostRepeats = 20;

/// Sees that a run gets on: IAM tells what it did only after some seconds, but not never.
class Repeats {
 public:
  /// Returns true when the step was the last one, too.
  bool is_again(const ClusterStep& step) {
    bool is_same = count_ > 0 && step.kind == kind_ && step.rule == rule_;
    count_ = is_same ? count_ + 1 : 1;
    kind_ = step.kind;
    rule_ = step.rule;
    if (count_ > kMostRepeats && !step.is_wait()) {
      throw Error(
          ErrorKind::kSource,
          fmt::format("AWS took the order to {} {} times, and shows no trace of it; see what becomes of it, "
                      "and run the command again",
                      step.text, kMostRepeats));
    }
    return is_same;
  }

 private:
  Kind kind_{};
  IngressRule rule_;
  int count_ = 0;
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
  state.role = iam_.find_role(settings_.role_name);
  if (state.role)
    state.role_policy = iam_.find_role_policy(settings_.role_name, settings_.role_policy_name());
  state.cluster = redshift_.find_cluster(settings_.identifier());
  if (looks_for_group) state.group = groups_.find(settings_.group_name, kOwnerTag, settings_.identifier());
  return state;
}

ClusterState ClusterAccount::bring_up(const std::optional<Secret>& password, const ClusterPatience& patience,
                                      EventListener& listener) {
  password_ = password.value_or(Secret());
  StepProgress progress(patience, cancellation_, listener);
  Repeats repeats;
  bool was_there = !password;
  for (;;) {
    ClusterState state = look(settings_.open_to.has_value());
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
    bool is_again = repeats.is_again(steps.front());
    bool is_done = perform(steps.front(), state);
    if (is_again || !is_done || steps.front().is_wait()) progress.wait();
  }
}

void ClusterAccount::take_down(const std::optional<std::string>& final_snapshot,
                               const ClusterPatience& patience, EventListener& listener) {
  final_snapshot_ = final_snapshot;
  StepProgress progress(patience, cancellation_, listener);
  Repeats repeats;
  for (;;) {
    ClusterState state = look(true);
    auto steps = steps_down(settings_, state);
    if (steps.empty()) return progress.finish();
    progress.begin(steps.front());
    // A group is in use for some minutes after its cluster's end: that is no lack of progress.
    bool is_done = perform(steps.front(), state);
    bool is_again = is_done && repeats.is_again(steps.front());
    if (is_again || !is_done || steps.front().is_wait()) progress.wait();
  }
}

bool ClusterAccount::perform(const ClusterStep& step, const ClusterState& state) {
  const auto& id = settings_.identifier();
  switch (step.kind) {
    case Kind::kCreateRole:
      iam_.create_role(settings_.role_name, settings_.trust_policy,
                       fmt::format("Lets the Redshift cluster {} read what it is loaded from", id),
                       settings_.order.tags);
      return true;
    case Kind::kPutRolePolicy:
      iam_.put_role_policy(settings_.role_name, settings_.role_policy_name(), settings_.read_policy);
      return true;
    case Kind::kCreateGroup:
      create_group();
      return true;
    case Kind::kOpenPort:
      groups_.allow(state.group->id, step.rule);
      return true;
    case Kind::kClosePort:
      groups_.revoke(state.group->id, step.rule);
      return true;
    case Kind::kCreateCluster:
      create_cluster(state);
      return true;
    case Kind::kAttachRole:
      return redshift_.attach_role(id, role_arn(settings_, state));
    case Kind::kDeleteCluster:
      return redshift_.delete_cluster(id, final_snapshot_);
    case Kind::kDeleteGroup:
      return groups_.remove(state.group->id);
    case Kind::kDeleteRolePolicy:
      iam_.delete_role_policy(settings_.role_name, settings_.role_policy_name());
      return true;
    case Kind::kDeleteRole:
      iam_.delete_role(settings_.role_name);
      return true;
    case Kind::kAwaitCluster:
    case Kind::kAwaitRole:
    case Kind::kAwaitRemoval:
      break;
  }
  return true;
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
  groups_.create(settings_.group_name,
                 fmt::format("Opens the Redshift cluster {} for one address", settings_.identifier()), *vpc,
                 settings_.order.tags);
}

void ClusterAccount::create_cluster(const ClusterState& state) {
  ClusterOrder order = settings_.order;
  order.master_password = password_;
  order.is_public = settings_.open_to.has_value();
  if (order.is_public) order.security_groups.push_back(state.group->id);
  redshift_.create_cluster(order);
}

}  // namespace starlift
