#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cloud/cloud_access.h"

namespace starlift {

/// Addresses that may reach a port.
struct IngressRule {
  int port = 0;
  std::string cidr;  ///< "203.0.113.7/32"

  bool operator==(const IngressRule&) const = default;
};

/// A security group: who may reach what is in it.
struct SecurityGroup {
  std::string id;
  std::string name;
  std::string vpc_id;
  Tags tags;
  std::vector<IngressRule> rules;
  int other_rules = 0;  ///< of other forms than one TCP port and IPv4 addresses
};

/// The security groups of EC2 (API version 2016-11-15) in one region. Calls throw as `refuse` does.
class SecurityGroupsClient {
 public:
  explicit SecurityGroupsClient(const CloudAccess& access);

  std::optional<std::string> find_default_vpc();
  /// Finds the group of that name with these tags, in whatever VPC.
  std::optional<SecurityGroup> find(const std::string& name, const Tags& tags);
  /// Finds the group of that name in a VPC, where there is one at most.
  std::optional<SecurityGroup> find_in(const std::string& vpc_id, const std::string& name);
  /// Returns false when one of that name exists already; it stays as it is.
  bool create(const std::string& name, const std::string& description, const std::string& vpc_id,
              const Tags& tags);
  /// A rule that is there already is fine.
  void allow(const std::string& group_id, const IngressRule& rule);
  void revoke(const std::string& group_id, const IngressRule& rule);
  /// It is not permitted while something uses the group, as a cluster does for some minutes after its end.
  NotYet remove(const std::string& group_id);

 private:
  std::optional<SecurityGroup> find_by(const std::string& name, QueryParameters filters);

  QueryClient client_;
};

}  // namespace starlift
