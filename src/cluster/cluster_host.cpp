#include "cluster/cluster_host.h"

#include "base/text.h"

namespace starlift {

std::optional<ClusterHost> parse_cluster_host(std::string_view host) {
  constexpr std::string_view kEnd = ".redshift.amazonaws.com";  // in China followed by .cn
  std::string name = to_lower(host);
  size_t end = name.find(kEnd);
  if (end == name.npos) return std::nullopt;
  auto parts = split(std::string_view(name).substr(0, end), '.');
  if (parts.size() != 3) return std::nullopt;
  return ClusterHost{std::string(parts[0]), std::string(parts[2])};
}

}  // namespace starlift
