#include "cloud/redshift_control.h"

#include <fmt/format.h>

#include <charconv>

#include "base/error.h"

namespace starlift {

namespace {

QueryService redshift_service(const CloudAccess& access) {
  std::string host = fmt::format("redshift.{}.{}", access.region, aws_domain(access.region));
  return {.name = "redshift",
          .version = "2012-12-01",
          .region = access.region,
          .endpoint = find_service_endpoint(access.variables, "REDSHIFT", host)};
}

int child_number(const XmlElement& element, std::string_view name) {
  auto text = element.text_of(name);
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

ClusterDescription parse_cluster(const XmlElement& cluster) {
  ClusterDescription description{.identifier = child_text(cluster, "ClusterIdentifier"),
                                 .status = child_text(cluster, "ClusterStatus"),
                                 .node_type = child_text(cluster, "NodeType"),
                                 .nodes = child_number(cluster, "NumberOfNodes"),
                                 .database = child_text(cluster, "DBName"),
                                 .master_user = child_text(cluster, "MasterUsername"),
                                 .secret_arn = child_text(cluster, "MasterPasswordSecretArn"),
                                 .default_role_arn = child_text(cluster, "DefaultIamRoleArn"),
                                 .subnet_group = child_text(cluster, "ClusterSubnetGroupName"),
                                 .security_groups = {},
                                 .is_public = cluster.text_of("PubliclyAccessible") == "true",
                                 .is_encrypted = cluster.text_of("Encrypted") == "true",
                                 .roles = {},
                                 .tags = parse_tags(cluster.find("Tags"))};
  if (const XmlElement* endpoint = cluster.find("Endpoint")) {
    description.host = child_text(*endpoint, "Address");
    description.port = child_number(*endpoint, "Port");
  }
  if (const XmlElement* groups = cluster.find("VpcSecurityGroups")) {
    for (const auto& group : groups->children)
      description.security_groups.push_back(child_text(group, "VpcSecurityGroupId"));
  }
  if (const XmlElement* roles = cluster.find("IamRoles")) {
    for (const auto& role : roles->children)
      description.roles.push_back({child_text(role, "IamRoleArn"), child_text(role, "ApplyStatus")});
  }
  return description;
}

QueryParameters parameters_of(const ClusterOrder& order) {
  bool is_single = order.nodes == 1;
  QueryParameters parameters = {{"ClusterIdentifier", order.identifier},
                                {"NodeType", order.node_type},
                                {"ClusterType", is_single ? "single-node" : "multi-node"},
                                {"DBName", order.database},
                                {"MasterUsername", order.master_user},
                                {"Port", std::to_string(order.port)},
                                {"Encrypted", "true"},
                                {"PubliclyAccessible", order.is_public ? "true" : "false"}};
  auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) parameters.emplace_back(name, value);
  };
  add("NumberOfNodes", is_single ? "" : std::to_string(order.nodes));
  add("MasterUserPassword", order.master_password.reveal());
  add("ManageMasterPassword", order.master_password.is_empty() ? "true" : "");
  add("ClusterSubnetGroupName", order.subnet_group);
  add_list(parameters, "VpcSecurityGroupIds.VpcSecurityGroupId", order.security_groups);
  int number = 0;
  for (const auto& [key, value] : order.tags) {
    parameters.emplace_back(fmt::format("Tags.Tag.{}.Key", ++number), key);
    parameters.emplace_back(fmt::format("Tags.Tag.{}.Value", number), value);
  }
  return parameters;
}

}  // namespace

const ClusterDescription::AttachedRole* ClusterDescription::find_role(std::string_view arn) const {
  for (const auto& role : roles) {
    if (role.arn == arn) return &role;
  }
  return nullptr;
}

RedshiftControl::RedshiftControl(const CloudAccess& access)
    : client_(redshift_service(access), access.credentials, access.http(), access.cancellation) {}

std::optional<ClusterDescription> RedshiftControl::find_cluster(const std::string& identifier) {
  QueryAnswer answer = client_.send("DescribeClusters", {{"ClusterIdentifier", identifier}});
  if (answer.has_code("ClusterNotFound")) return std::nullopt;
  if (!answer.is_success()) refuse(client_, "DescribeClusters", "look for the cluster " + identifier, answer);
  const XmlElement* clusters = answer.result.find("Clusters");
  const XmlElement* cluster = clusters ? clusters->find("Cluster") : nullptr;
  return cluster ? std::optional(parse_cluster(*cluster)) : std::nullopt;
}

void RedshiftControl::create_cluster(const ClusterOrder& order) {
  QueryAnswer answer = client_.send("CreateCluster", parameters_of(order));
  if (!answer.is_success() && !answer.has_code("ClusterAlreadyExists"))
    refuse(client_, "CreateCluster", "create the cluster " + order.identifier, answer);
}

NotYet RedshiftControl::delete_cluster(const std::string& identifier,
                                       const std::optional<std::string>& final_snapshot) {
  QueryParameters parameters = {{"ClusterIdentifier", identifier},
                                {"SkipFinalClusterSnapshot", final_snapshot ? "false" : "true"}};
  if (final_snapshot) parameters.emplace_back("FinalClusterSnapshotIdentifier", *final_snapshot);
  QueryAnswer answer = client_.send("DeleteCluster", std::move(parameters));
  std::string doing = "delete the cluster " + identifier;
  if (answer.has_code("InvalidClusterState") || answer.has_code("ClusterNotFound"))
    return refusal_of(client_, "DeleteCluster", doing, answer);
  if (!answer.is_success()) refuse(client_, "DeleteCluster", doing, answer);
  return std::nullopt;
}

NotYet RedshiftControl::attach_role(const std::string& identifier, const std::string& role_arn) {
  QueryAnswer answer = client_.send(
      "ModifyClusterIamRoles", {{"ClusterIdentifier", identifier}, {"AddIamRoles.IamRoleArn.1", role_arn}});
  std::string doing = fmt::format("give the cluster {} the role {}", identifier, role_arn);
  if (answer.has_code("InvalidClusterState"))
    return refusal_of(client_, "ModifyClusterIamRoles", doing, answer);
  if (!answer.is_success()) refuse(client_, "ModifyClusterIamRoles", doing, answer);
  return std::nullopt;
}

std::optional<std::string> RedshiftControl::find_vpc_of(const std::string& subnet_group) {
  XmlElement result = call(client_, "DescribeClusterSubnetGroups", {{"ClusterSubnetGroupName", subnet_group}},
                           "look for the subnet group " + subnet_group);
  const XmlElement* groups = result.find("ClusterSubnetGroups");
  const XmlElement* group = groups ? groups->find("ClusterSubnetGroup") : nullptr;
  return group ? std::optional(child_text(*group, "VpcId")) : std::nullopt;
}

TemporaryLogin RedshiftControl::get_login(const std::string& identifier, const std::string& user,
                                          const std::string& database, bool may_create) {
  QueryParameters parameters = {
      {"ClusterIdentifier", identifier}, {"DbUser", user}, {"AutoCreate", may_create ? "true" : "false"}};
  if (!database.empty()) parameters.emplace_back("DbName", database);
  std::string doing = fmt::format("get a login of {} to the cluster {}", user, identifier);
  XmlElement result = call(client_, "GetClusterCredentials", std::move(parameters), doing);
  TemporaryLogin login{.user = child_text(result, "DbUser"),
                       .password = Secret(child_text(result, "DbPassword")),
                       .expires = child_text(result, "Expiration")};
  if (login.password.is_empty())
    throw Error(ErrorKind::kSource, fmt::format("cannot {}: redshift's answer holds none", doing));
  return login;
}

}  // namespace starlift
