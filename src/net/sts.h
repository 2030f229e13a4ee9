#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/aws_query.h"

namespace starlift {

/// A role to take on.
struct RoleRequest {
  std::string role_arn;
  std::string session_name = "starlift";
  std::optional<std::string> external_id;
  std::optional<std::string> duration_s;
};

/// Who somebody is for AWS.
struct CallerIdentity {
  std::string account;  ///< "123456789012"
  std::string arn;      ///< "arn:aws:iam::123456789012:user/ann"
};

/// AWS's Security Token Service (API version 2011-06-15), at the region's own address or where
/// find_service_endpoint says. Calls wait for the answer: seconds, and a minute where nobody answers. They
/// throw Error{kInterrupted}, too.
class TokenService {
 public:
  /// `cancellation` (may be null) must outlive this.
  TokenService(const Variables& variables, const Cancellation* cancellation);

  /// Throws Error{kConfiguration} with what STS said and what to try.
  Credentials assume_role(const RoleRequest& role, const Credentials& caller) const;
  /// `token_file` holds an identity that somebody else vouches for, such as Kubernetes.
  Credentials assume_role_with_web_identity(const RoleRequest& role, const std::string& token_file) const;

  /// Says whose these credentials are, which needs no permission. Throws Error{kConfiguration} with what STS
  /// said.
  CallerIdentity identify(std::shared_ptr<CredentialsSource> caller) const;

 private:
  Credentials take_on(const char* action, QueryParameters parameters, std::vector<Secret> secrets,
                      const std::string& role_arn, const Credentials& caller) const;

  QueryService service_;
  HttpClient::Options http_;
  const Cancellation* cancellation_;
};

}  // namespace starlift
