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

/// A security group: who may reach what is in it. Rules of other forms than one TCP port and IPv4 addresses
/// are left out.
struct SecurityGroup {
  std::string id;
  std::string name;
  std::string vpc_id;
  Tags tags;
  std::vector<IngressRule> rules;
};

/// The security groups of EC2 (API version 2016-11-15) in one region. Calls throw as `refuse` does.
class SecurityGroupsClient {
 public:
  explicit SecurityGroupsClient(const CloudAccess& access);

  std::optional<std::string> find_default_vpc();
  /// Finds the group of that name with that tag, in whatever VPC.
  std::optional<SecurityGroup> find(const std::string& name, const std::string& tag_key,
                                    const std::string& tag_value);
  /// One that exists already stays as it is.
  void create(const std::string& name, const std::string& description, const std::string& vpc_id,
              const Tags& tags);
  /// A rule that is there already is fine.
  void allow(const std::string& group_id, const IngressRule& rule);
  void revoke(const std::string& group_id, const IngressRule& rule);
  /// Returns false while something still uses the group, as a cluster does for some minutes after its end.
  bool remove(const std::string& group_id);

 private:
  QueryClient client_;
};

}  // namespace starlift
