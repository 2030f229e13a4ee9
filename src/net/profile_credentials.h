#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/aws_profiles.h"
#include "net/credentials.h"

namespace starlift {

/// Credentials as a profile of the shared files describes them: keys, a role taken on with another profile's
/// credentials, a program that prints them, a web identity.
class ProfileCredentials {
 public:
  explicit ProfileCredentials(const Variables& variables)
      : variables_(variables), profiles_(AwsProfiles::read(variables)) {}

  /// Returns nothing when the chosen profile names no credentials, and then says why in `why_not`.
  /// Throws Error{kConfiguration} when it names some that cannot be had, or when AWS_PROFILE names no
  /// profile.
  std::optional<Credentials> find(std::string& why_not);

 private:
  Credentials resolve(const std::string& profile);
  Credentials take_on_role(const std::string& profile, const AwsProfiles::Settings& settings);
  Credentials role_source(const std::string& profile, const AwsProfiles::Settings& settings);

  const Variables& variables_;
  AwsProfiles profiles_;
  std::vector<std::string> resolving_;  ///< profiles that lead to one another
};

/// Credentials of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; nothing when they are not
/// set. Throws Error{kConfiguration} when there is a key without a secret.
std::optional<Credentials> environment_credentials(const Variables& variables);

}  // namespace starlift
