#pragma once

#include <string>
#include <vector>

#include "cluster/cluster_steps.h"
#include "net/sts.h"

namespace starlift {

/// What `cluster plan`, `up` and `status` answer.
struct ClusterAnswer {
  CallerIdentity caller;
  const ClusterSettings& settings;
  ClusterState state;
  std::vector<ClusterStep> steps;  ///< what is left to do
  std::vector<std::string> differences;
  std::string obstacle = {};  ///< why nothing can be done before somebody mends it; empty: nothing
};

/// The whole plan for people: what is ordered, by whom, with the exact policies, what is there, what is to
/// do.
std::string describe_plan(const ClusterAnswer& answer);

/// What is there, line by line.
std::string describe_state(const ClusterSettings& settings, const ClusterState& state);

/// What is there, where it is not as dwh.cfg says, and why `up` would do nothing about it.
std::string describe_status(const ClusterAnswer& answer);

/// One JSON object, the same for all three.
std::string to_json(const ClusterAnswer& answer);

}  // namespace starlift
