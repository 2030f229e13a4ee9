#pragma once

#include <optional>
#include <string>

#include "net/aws_profiles.h"
#include "net/credentials.h"
#include "net/uri.h"

namespace starlift {

/// A role to take on.
struct RoleRequest {
  std::string role_arn;
  std::string session_name = "starlift";
  std::optional<std::string> external_id;
  std::optional<std::string> duration_s;
};

/// AWS's Security Token Service (API version 2011-06-15), at AWS_ENDPOINT_URL_STS or the region's own
/// address. Calls wait for the answer, seconds at most.
class TokenService {
 public:
  explicit TokenService(const Variables& variables);

  /// Throws Error{kConfiguration} with what STS said and what to try.
  Credentials assume_role(const RoleRequest& role, const Credentials& caller) const;
  /// `token_file` holds an identity that somebody else vouches for, such as Kubernetes.
  Credentials assume_role_with_web_identity(const RoleRequest& role, const std::string& token_file) const;

 private:
  Credentials call(QueryParameters form, const std::string& role_arn, const Credentials& caller) const;

  std::string region_;
  Endpoint endpoint_;
  std::string ca_file_;
};

}  // namespace starlift
