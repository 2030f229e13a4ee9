#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "cluster/cluster_steps.h"
#include "net/secret.h"
#include "pipeline/events.h"

namespace starlift {

class StepProgress;

/// How long to wait for AWS.
struct ClusterPatience {
  std::chrono::milliseconds poll{15'000};  ///< between two looks at what is under way
  std::chrono::minutes at_most{60};        ///< then the run ends; another one goes on
  /// How long one step, other than a wait, may be refused or leave no trace.
  std::chrono::milliseconds standstill{600'000};
};

/// Brings the account to where the steps lead: looks at it, takes the first step that is left, looks again.
/// So a run that was cut off, or that somebody else's work crosses, is simply run again.
class ClusterAccount {
 public:
  ClusterAccount(const CloudAccess& access, ClusterSettings settings);

  /// `looks_for_group` takes the right to see security groups, which only a public cluster needs.
  ClusterState look(bool looks_for_group);

  /// Makes what is missing and waits until it stands. `password` is for the cluster that is to be made, and
  /// empty when Redshift is to make it, too; without one no cluster is made, for there is one. Throws
  /// Error{kConfiguration} when somebody removes the cluster meanwhile, Error{kBusy} when it takes too long,
  /// and what AWS says when it goes on refusing a step.
  ClusterState bring_up(const std::optional<Secret>& password, const ClusterPatience& patience,
                        EventListener& listener);

  /// Removes what starlift made, and waits until it is gone. Without `final_snapshot` the data is lost.
  /// Returns whether AWS took this run's order to delete the cluster: otherwise `final_snapshot` does not
  /// exist.
  bool take_down(const std::optional<std::string>& final_snapshot, const ClusterPatience& patience,
                 EventListener& listener);

  const ClusterSettings& settings() const { return settings_; }

 private:
  /// A look that fails ends no wait, unless it goes on failing.
  ClusterState look_again(bool looks_for_group, const ClusterPatience& patience, StepProgress& progress);
  void look_for_roles(ClusterState& state);
  NotYet perform(const ClusterStep& step, const ClusterState& state);
  void create_group();
  void delete_role(const std::string& name);
  void create_cluster(const ClusterState& state);

  const Cancellation* const cancellation_;
  const ClusterSettings settings_;
  Secret password_;
  std::optional<std::string> final_snapshot_;
  IamClient iam_;
  SecurityGroupsClient groups_;
  RedshiftControl redshift_;
};

}  // namespace starlift
