#include "cloud/security_groups.h"

#include <fmt/format.h>

namespace starlift {

namespace {

QueryService ec2_service(const CloudAccess& access) {
  std::string host = fmt::format("ec2.{}.{}", access.region, aws_domain(access.region));
  return {.name = "ec2",
          .version = "2016-11-15",
          .region = access.region,
          .endpoint = find_service_endpoint(access.variables, "EC2", host)};
}

void add_filter(QueryParameters& parameters, int number, const std::string& name, const std::string& value) {
  parameters.emplace_back(fmt::format("Filter.{}.Name", number), name);
  parameters.emplace_back(fmt::format("Filter.{}.Value.1", number), value);
}

const XmlElement* first_item(const XmlElement& result, std::string_view set) {
  const XmlElement* list = result.find(set);
  return list ? list->find("item") : nullptr;
}

/// Each source that a permission names is a rule.
void add_rules(const XmlElement& permission, SecurityGroup& group) {
  auto port = permission.text_of("fromPort");
  bool is_one_port = permission.text_of("ipProtocol") == "tcp" && port == permission.text_of("toPort") &&
                     !port.empty() && port.size() <= 5;
  for (const char* sources : {"ipRanges", "ipv6Ranges", "prefixListIds", "groups"}) {
    const XmlElement* list = permission.find(sources);
    if (!list) continue;
    for (const auto& source : list->children) {
      auto cidr = child_text(source, "cidrIp");
      if (is_one_port && !cidr.empty()) {
        group.rules.push_back({.port = std::stoi(std::string(port)), .cidr = cidr});
      } else {
        ++group.other_rules;
      }
    }
  }
}

QueryParameters rule_parameters(const std::string& group_id, const IngressRule& rule) {
  std::string port = std::to_string(rule.port);
  return {{"GroupId", group_id},
          {"IpPermissions.1.IpProtocol", "tcp"},
          {"IpPermissions.1.FromPort", port},
          {"IpPermissions.1.ToPort", port},
          {"IpPermissions.1.IpRanges.1.CidrIp", rule.cidr}};
}

}  // namespace

SecurityGroupsClient::SecurityGroupsClient(const CloudAccess& access)
    : client_(ec2_service(access), access.credentials, access.http(), access.cancellation) {}

std::optional<std::string> SecurityGroupsClient::find_default_vpc() {
  QueryParameters parameters;
  add_filter(parameters, 1, "is-default", "true");
  XmlElement result = call(client_, "DescribeVpcs", std::move(parameters), "look for the default VPC");
  const XmlElement* vpc = first_item(result, "vpcSet");
  return vpc ? std::optional(child_text(*vpc, "vpcId")) : std::nullopt;
}

std::optional<SecurityGroup> SecurityGroupsClient::find(const std::string& name, const Tags& tags) {
  QueryParameters filters;
  int number = 1;
  for (const auto& [key, value] : tags)
    add_filter(filters, ++number, "tag:" + key, value);
  return find_by(name, std::move(filters));
}

std::optional<SecurityGroup> SecurityGroupsClient::find_in(const std::string& vpc_id,
                                                           const std::string& name) {
  QueryParameters filters;
  add_filter(filters, 2, "vpc-id", vpc_id);
  return find_by(name, std::move(filters));
}

std::optional<SecurityGroup> SecurityGroupsClient::find_by(const std::string& name, QueryParameters filters) {
  add_filter(filters, 1, "group-name", name);
  XmlElement result =
      call(client_, "DescribeSecurityGroups", std::move(filters), "look for the security group " + name);
  const XmlElement* group = first_item(result, "securityGroupInfo");
  if (!group) return std::nullopt;
  SecurityGroup found{.id = child_text(*group, "groupId"),
                      .name = child_text(*group, "groupName"),
                      .vpc_id = child_text(*group, "vpcId"),
                      .tags = parse_tags(group->find("tagSet"))};
  if (const XmlElement* permissions = group->find("ipPermissions")) {
    for (const auto& permission : permissions->children)
      add_rules(permission, found);
  }
  return found;
}

bool SecurityGroupsClient::create(const std::string& name, const std::string& description,
                                  const std::string& vpc_id, const Tags& tags) {
  QueryParameters parameters = {{"GroupName", name},
                                {"GroupDescription", description},
                                {"VpcId", vpc_id},
                                {"TagSpecification.1.ResourceType", "security-group"}};
  int number = 0;
  for (const auto& [key, value] : tags) {
    parameters.emplace_back(fmt::format("TagSpecification.1.Tag.{}.Key", ++number), key);
    parameters.emplace_back(fmt::format("TagSpecification.1.Tag.{}.Value", number), value);
  }
  QueryAnswer answer = client_.send("CreateSecurityGroup", std::move(parameters));
  if (answer.has_code("InvalidGroup.Duplicate")) return false;
  if (!answer.is_success())
    refuse(client_, "CreateSecurityGroup", "create the security group " + name, answer);
  return true;
}

void SecurityGroupsClient::allow(const std::string& group_id, const IngressRule& rule) {
  QueryAnswer answer = client_.send("AuthorizeSecurityGroupIngress", rule_parameters(group_id, rule));
  if (!answer.is_success() && !answer.has_code("InvalidPermission.Duplicate"))
    refuse(client_, "AuthorizeSecurityGroupIngress",
           fmt::format("open port {} for {} in the security group {}", rule.port, rule.cidr, group_id),
           answer);
}

void SecurityGroupsClient::revoke(const std::string& group_id, const IngressRule& rule) {
  QueryAnswer answer = client_.send("RevokeSecurityGroupIngress", rule_parameters(group_id, rule));
  if (!answer.is_success() && !answer.has_code("InvalidPermission.NotFound"))
    refuse(client_, "RevokeSecurityGroupIngress",
           fmt::format("close port {} for {} in the security group {}", rule.port, rule.cidr, group_id),
           answer);
}

NotYet SecurityGroupsClient::remove(const std::string& group_id) {
  QueryAnswer answer = client_.send("DeleteSecurityGroup", {{"GroupId", group_id}});
  std::string doing = "delete the security group " + group_id;
  if (answer.has_code("DependencyViolation"))
    return refusal_of(client_, "DeleteSecurityGroup", doing, answer);
  if (!answer.is_success() && !answer.has_code("InvalidGroup.NotFound"))
    refuse(client_, "DeleteSecurityGroup", doing, answer);
  return std::nullopt;
}

}  // namespace starlift
