#include "cli/cluster_answer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/json_writer.h"
#include "base/text.h"

namespace starlift {

namespace {

constexpr const char* kPriceList = "https://aws.amazon.com/redshift/pricing/";

std::string describe_order(const ClusterSettings& settings) {
  const auto& order = settings.order;
  std::string access = settings.open_to ? "public for " + *settings.open_to + " alone" : "not public";
  std::string text =
      fmt::format("  {} x {}, encrypted, {}\n  database {}, master user {}, port {}\n", order.nodes,
                  order.node_type, access, order.database, order.master_user, order.port);
  if (!order.subnet_group.empty()) text += fmt::format("  subnet group {}\n", order.subnet_group);
  if (!order.security_groups.empty())
    text += fmt::format("  security group {}\n", fmt::join(order.security_groups, ", "));
  return text + fmt::format("  it costs while it exists: {}\n", kPriceList);
}

/// Whether the role that the cluster reads with carries the tags of what starlift makes.
bool is_role_ours(const ClusterSettings& settings, const ClusterState& state) {
  std::string arn = role_arn(settings, state);
  for (const auto& role : {state.role, state.own_role}) {
    if (role && role->arn == arn) return is_ours(role->tags, settings);
  }
  return false;
}

std::string describe_role(const ClusterSettings& settings, const ClusterState& state) {
  if (!settings.makes_role()) {
    return fmt::format("role {} ({}, as it is)\n", settings.own_role_arn,
                       is_role_ours(settings, state) ? "made by starlift" : "yours");
  }
  return fmt::format("role {}\n  trust policy: {}\n  policy {}: {}\n", settings.role_name,
                     settings.trust_policy, settings.role_policy_name(), settings.read_policy);
}

void write_cluster(JsonWriter& json, const ClusterSettings& settings, const ClusterState& state) {
  if (!state.cluster) {
    json.key("cluster").raw("null");
    return;
  }
  const auto& cluster = *state.cluster;
  json.key("cluster").begin_object().member("status", cluster.status);
  json.member("is_made_by_starlift", is_ours(cluster.tags, settings));
  json.member("node_type", cluster.node_type).member("nodes", cluster.nodes);
  json.member("host", cluster.host).member("port", cluster.port);
  json.member("is_public", cluster.is_public).member("is_encrypted", cluster.is_encrypted);
  if (!cluster.secret_arn.empty()) json.member("secret_arn", cluster.secret_arn);
  json.key("roles").begin_array();
  for (const auto& role : cluster.roles)
    json.begin_object().member("arn", role.arn).member("status", role.status).end_object();
  json.end_array().end_object();
}

void write_group(JsonWriter& json, const ClusterState& state) {
  if (!state.group) {
    json.key("security_group").raw("null");
    return;
  }
  json.key("security_group").begin_object().member("id", state.group->id).member("name", state.group->name);
  json.key("open").begin_array();
  for (const auto& rule : state.group->rules)
    json.begin_object().member("port", rule.port).member("cidr", rule.cidr).end_object();
  json.end_array().member("other_rules", state.group->other_rules).end_object();
}

void write_order(JsonWriter& json, const ClusterSettings& settings) {
  if (!settings.is_whole()) {
    json.key("order").raw("null");
    return;
  }
  const auto& order = settings.order;
  json.key("order").begin_object().member("node_type", order.node_type).member("nodes", order.nodes);
  json.member("database", order.database).member("master_user", order.master_user).member("port", order.port);
  json.member("open_to", settings.open_to).end_object();
}

}  // namespace

std::string describe_state(const ClusterSettings& settings, const ClusterState& state) {
  std::string text;
  if (!state.cluster) {
    text += fmt::format("cluster {}: none\n", settings.identifier());
  } else {
    const auto& cluster = *state.cluster;
    text +=
        fmt::format("cluster {}: {}, {} x {}, {}, {}\n", settings.identifier(), cluster.status, cluster.nodes,
                    cluster.node_type, cluster.is_encrypted ? "encrypted" : "NOT encrypted",
                    cluster.is_public ? "public" : "not public");
    if (!is_ours(cluster.tags, settings)) text += "  not made by starlift\n";
    if (!cluster.host.empty()) text += fmt::format("  {}:{}\n", cluster.host, cluster.port);
    if (!cluster.secret_arn.empty()) text += fmt::format("  master password in {}\n", cluster.secret_arn);
    for (const auto& role : cluster.roles)
      text += fmt::format("  role {} ({})\n", role.arn, role.status);
  }
  const auto& unseen = state.unseen_roles;
  bool is_unseen = std::find(unseen.begin(), unseen.end(), settings.role_name) != unseen.end();
  text += fmt::format("role {}: {}\n", settings.role_name,
                      state.role  ? state.role->arn
                      : is_unseen ? "may not be looked at"
                                  : "none");
  if (state.group) {
    text += fmt::format("security group {}: {}\n", state.group->name, state.group->id);
    for (const auto& rule : state.group->rules)
      text += fmt::format("  port {} is open for {}\n", rule.port, rule.cidr);
    if (int others = state.group->other_rules; others > 0)
      text += fmt::format("  and {} that starlift did not make\n", format_counted(others, "other rule"));
  }
  return text;
}

std::string describe_status(const ClusterAnswer& answer) {
  std::string text = describe_state(answer.settings, answer.state);
  for (const auto& difference : answer.differences)
    text += fmt::format("note: {}; `up` does not change that\n", difference);
  if (!answer.obstacle.empty()) text += fmt::format("in the way of `up`: {}\n", answer.obstacle);
  return text;
}

std::string describe_plan(const ClusterAnswer& answer) {
  const auto& settings = answer.settings;
  std::string text = fmt::format("cluster {} in {}, account {}, as {}\n", settings.identifier(),
                                 settings.region, answer.caller.account, answer.caller.arn);
  text += describe_order(settings) + describe_role(settings, answer.state);
  text += "\nthere is\n" + describe_status(answer);
  if (answer.steps.empty()) return text + "\nnothing is left to do\n";
  text += "\nto do\n";
  int number = 0;
  for (const auto& step : answer.steps)
    text += fmt::format("  {}. {}\n", ++number, step.text);
  return text;
}

std::string to_json(const ClusterAnswer& answer) {
  const auto& settings = answer.settings;
  JsonWriter json;
  json.begin_object().member("identifier", settings.identifier()).member("region", settings.region);
  json.member("account", answer.caller.account).member("caller", answer.caller.arn);
  write_order(json, settings);
  json.key("role").begin_object().member("name", settings.role_name);
  json.member("arn", role_arn(settings, answer.state));
  json.member("is_made_by_starlift", is_role_ours(settings, answer.state));
  auto write_policy = [&](const char* key, const std::string& policy) {
    json.key(key).raw(policy.empty() ? "null" : policy);
  };
  write_policy("trust_policy", settings.trust_policy);
  write_policy("read_policy", settings.read_policy);
  json.end_object();
  write_cluster(json, settings, answer.state);
  write_group(json, answer.state);
  std::vector<std::string> steps;
  for (const auto& step : answer.steps)
    steps.push_back(step.text);
  json.members("steps", steps).members("differences", answer.differences);
  if (!answer.obstacle.empty()) json.member("obstacle", answer.obstacle);
  return json.end_object().text();
}

}  // namespace starlift
