#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cloud/cloud_access.h"

namespace starlift {

/// A role of the account.
struct Role {
  std::string name;
  std::string arn;
  std::string trust_policy;  ///< JSON: who may take it on
  Tags tags;
};

/// AWS Identity and Access Management (API version 2010-05-08), which has one address for all regions.
/// Calls throw as `refuse` does.
class IamClient {
 public:
  explicit IamClient(const CloudAccess& access);

  std::optional<Role> find_role(const std::string& name);
  /// A role of that name that exists already stays as it is.
  void create_role(const std::string& name, const std::string& trust_policy, const std::string& description,
                   const Tags& tags);
  void put_trust_policy(const std::string& role, const std::string& document);
  /// One that is gone already is fine.
  void delete_role(const std::string& name);

  /// Returns the inline policy as JSON.
  std::optional<std::string> find_role_policy(const std::string& role, const std::string& policy);
  /// Adds or replaces it.
  void put_role_policy(const std::string& role, const std::string& policy, const std::string& document);
  void delete_role_policy(const std::string& role, const std::string& policy);

  /// Whether the role's policies allow an action on a resource, as IAM evaluates them: resource policies and
  /// conditions are left out. `context` are values of condition keys such as s3:prefix.
  bool allows(const std::string& role_arn, const std::string& action, const std::string& resource_arn,
              const std::map<std::string, std::string>& context = {});

 private:
  QueryClient client_;
};

}  // namespace starlift
