#pragma once

#include <string>
#include <vector>

#include "cluster/cluster_steps.h"
#include "project/config.h"
#include "project/ini_edit.h"

namespace starlift {

/// Returns what dwh.cfg (as `text`) has to be told of a cluster that stands: HOST, DB_PORT, REGION, the
/// role's ARN, and database and user where it names none. What it says already is left out.
std::vector<IniChange> changes_after_up(const std::string& text, const std::string& path,
                                        const ClusterSettings& settings, const ClusterState& state);

/// Returns what dwh.cfg has to forget after `down`: the HOST of the cluster and the ARN of the role that are
/// gone. `before` is what was there.
std::vector<IniChange> changes_after_down(const std::string& text, const std::string& path,
                                          const ClusterSettings& settings, const ClusterState& before);

}  // namespace starlift
