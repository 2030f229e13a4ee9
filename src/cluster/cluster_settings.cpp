#include "cluster/cluster_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "cluster/cluster_host.h"
#include "cluster/role_policies.h"
#include "pipeline/s3_config.h"

namespace starlift {

namespace {

constexpr const char* kDefaultNodeType = "ra3.large";
constexpr int kDefaultNodes = 2;
constexpr int kMostNodes = 128;
constexpr size_t kMaxIdentifierLength = 63;

int get_number(const Config& config, const char* key, int absent, int least, int most) {
  auto text = config.get("CLUSTER", key);
  if (!text) return absent;
  int number = 0;
  const char* end = text->data() + text->size();
  auto [stop, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc() || stop != end || number < least || number > most)
    throw error_at(config, "CLUSTER", key, fmt::format("write a number from {} to {}", least, most));
  return number;
}

/// "single-node" under the older name says how many there are, whatever DWH_NUM_NODES says; NODES wins.
int get_nodes(const Config& config) {
  bool is_by_newer_name = config.get("CLUSTER", "NODES") &&
                          config.place("CLUSTER", "NODES") != config.place("DWH", "DWH_NUM_NODES");
  auto type = config.get("DWH", "DWH_CLUSTER_TYPE");
  if (!is_by_newer_name && type && is_same_name(*type, "single-node")) return 1;
  return get_number(config, "NODES", kDefaultNodes, 1, kMostNodes);
}

/// The ports that a node type takes (API reference, CreateCluster, Port).
void check_port(const Config& config, const ClusterOrder& order) {
  bool is_limited = order.node_type.starts_with("ra3.") || order.node_type.starts_with("rg.");
  bool is_usual = (order.port >= 5431 && order.port <= 5455) || (order.port >= 8191 && order.port <= 8215);
  if (is_limited && !is_usual) {
    throw error_at(config, "CLUSTER", "DB_PORT",
                   fmt::format("nodes of {} take ports 5431 to 5455 and 8191 to 8215", order.node_type));
  }
}

bool is_identifier(std::string_view text) {
  bool has_right_characters = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  return has_right_characters && !text.empty() && text.size() <= kMaxIdentifierLength && text[0] >= 'a' &&
         text.back() != '-' && text.find("--") == text.npos;
}

/// An ARN in dwh.cfg that is not that of the role which starlift makes is the user's own.
std::string find_own_role(const Config& config, const std::string& role_name) {
  auto arn = config.get("IAM_ROLE", "ARN");
  return arn && !arn->ends_with(":role/" + role_name) ? *arn : std::string();
}

/// A cluster that is to be made has no role of its own yet.
void check_own_role(const Config& config, const ClusterSettings& settings) {
  if (settings.makes_role() || settings.own_role_arn.starts_with("arn:")) return;
  throw error_at(
      config, "IAM_ROLE", "ARN",
      fmt::format("{} is no role that a new cluster could be given; write the ARN of a role, or leave it "
                  "empty to have one made",
                  settings.own_role_arn));
}

/// "arn:aws:iam::123456789012:role/name" is of the account 123456789012; empty when it is no ARN.
std::string account_of(const std::string& arn) {
  auto parts = split(arn, ':');
  return parts.size() >= 6 ? std::string(parts[4]) : std::string();
}

void read_policies(ClusterSettings& settings, const Config& config, const WarehouseDefinition& definition,
                   const std::string& arn_prefix) {
  auto locations = find_read_locations(config, definition);
  if (locations.empty() && settings.makes_role()) {
    throw Error(
        ErrorKind::kConfiguration,
        fmt::format("{} names nothing in S3 that a cluster could read; set [S3] STAGING to a prefix for "
                    "what is on its way, such as s3://bucket/staging",
                    config.file()));
  }
  settings.trust_policy = trust_policy();
  settings.read_policy = read_policy(locations, arn_prefix);
}

}  // namespace

Error error_at(const Config& config, const char* section, const char* key, const std::string& message) {
  auto place = config.place(section, key);
  return Error(ErrorKind::kConfiguration, place + ": " + message).at(place);
}

std::string cluster_identifier(const Config& config, const WarehouseDefinition& definition) {
  std::string absent = to_lower(definition.name);
  std::replace(absent.begin(), absent.end(), '_', '-');
  std::string identifier = find_named_cluster(config).value_or(absent);
  if (!is_identifier(identifier)) {
    throw error_at(
        config, "CLUSTER", "IDENTIFIER",
        "a cluster's identifier is 1 to 63 letters, digits and single hyphens, beginning with a letter");
  }
  return identifier;
}

std::optional<std::string> find_named_cluster(const Config& config) {
  if (auto identifier = config.get("CLUSTER", "IDENTIFIER")) return to_lower(*identifier);
  auto named = parse_cluster_host(config.get("CLUSTER", "HOST").value_or(""));
  return named ? std::optional(named->identifier) : std::nullopt;
}

std::optional<std::string> find_cluster_region(const Config& config, const Config::Environment& environment) {
  if (auto region = config.get("CLUSTER", "REGION")) return region;
  if (auto named = parse_cluster_host(config.get("CLUSTER", "HOST").value_or(""))) return named->region;
  if (auto region = config.get("S3", "REGION")) return region;
  return find_region(environment);
}

CloudAccess cluster_access(const Config& config, const Config::Environment& environment,
                           const Cancellation* cancellation) {
  auto region = find_cluster_region(config, environment);
  if (!region) {
    throw Error(
        ErrorKind::kConfiguration,
        fmt::format("no region is named: set [CLUSTER] REGION in {}, to the sources' own where you can, or "
                    "AWS_REGION",
                    config.file()));
  }
  return {.credentials = read_account_credentials(config, environment, cancellation),
          .region = *region,
          .variables = environment,
          .cancellation = cancellation};
}

ClusterSettings read_cluster_names(const Config& config, const WarehouseDefinition& definition,
                                   const Config::Environment& environment) {
  ClusterSettings settings;
  settings.order.identifier = cluster_identifier(config, definition);
  settings.region = cluster_access(config, environment, nullptr).region;
  settings.order.tags = {{kOwnerTag, settings.identifier()}, {kRegionTag, settings.region}};
  settings.role_name = config.get("IAM_ROLE", "NAME").value_or("starlift-" + settings.identifier());
  settings.group_name = "starlift-" + settings.identifier();
  settings.own_role_arn = find_own_role(config, settings.role_name);
  return settings;
}

ClusterSettings read_cluster_settings(const Config& config, const WarehouseDefinition& definition,
                                      const Config::Environment& environment) {
  auto get = [&](const char* key) { return config.get("CLUSTER", key); };
  ClusterSettings settings = read_cluster_names(config, definition, environment);
  auto& order = settings.order;
  order.node_type = get("NODE_TYPE").value_or(kDefaultNodeType);
  order.nodes = get_nodes(config);
  order.database = get("DB_NAME").value_or("dev");
  order.master_user = get("DB_USER").value_or("awsuser");
  order.port = get_number(config, "DB_PORT", order.port, 1150, 65535);
  order.subnet_group = get("SUBNET_GROUP").value_or("");
  if (auto group = get("SECURITY_GROUP")) order.security_groups.push_back(*group);
  check_port(config, order);
  check_own_role(config, settings);
  read_policies(settings, config, definition, cluster_access(config, environment, nullptr).arn_prefix());
  return settings;
}

void check_place(const Config& config, const ClusterSettings& settings, const std::string& account) {
  auto host = parse_cluster_host(config.get("CLUSTER", "HOST").value_or(""));
  if (host && host->identifier != settings.identifier()) {
    throw error_at(
        config, "CLUSTER", "HOST",
        fmt::format("this is the cluster {}, and [CLUSTER] IDENTIFIER says {}; leave IDENTIFIER out "
                    "for {}, or empty HOST for {}",
                    host->identifier, settings.identifier(), host->identifier, settings.identifier()));
  }
  if (host && host->region != settings.region) {
    throw error_at(
        config, "CLUSTER", "HOST",
        fmt::format("this cluster is in {}, and [CLUSTER] REGION says {}; set REGION to {}, or empty HOST "
                    "for another cluster of that identifier",
                    host->region, settings.region, host->region));
  }
  std::string role_account = account_of(config.get("IAM_ROLE", "ARN").value_or(""));
  if (!role_account.empty() && role_account != account) {
    throw error_at(
        config, "IAM_ROLE", "ARN",
        fmt::format("the role is of the account {}, and the credentials are of {}; take that account's "
                    "credentials, or empty ARN for a cluster in this one",
                    role_account, account));
  }
}

bool is_ours(const Tags& tags, const ClusterSettings& settings) {
  return std::includes(tags.begin(), tags.end(), settings.order.tags.begin(), settings.order.tags.end());
}

}  // namespace starlift
