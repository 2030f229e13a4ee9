#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace starlift {

/// A provisioned cluster as its host names it: IDENTIFIER.HASH.REGION.redshift.amazonaws.com, in lower case.
struct ClusterHost {
  std::string identifier;
  std::string region;
};

/// Returns nothing for another host.
std::optional<ClusterHost> parse_cluster_host(std::string_view host);

}  // namespace starlift
