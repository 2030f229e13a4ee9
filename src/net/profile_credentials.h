#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "net/aws_profiles.h"
#include "net/credentials.h"

namespace starlift {

/// Credentials as a profile of the shared files describes them: keys, a role taken on with another profile's
/// credentials, a program that prints them, a web identity.
class ProfileCredentials {
 public:
  /// `variables` and `cancellation` (may be null) must outlive this.
  ProfileCredentials(const Variables& variables, const Cancellation* cancellation)
      : variables_(variables), cancellation_(cancellation), profiles_(AwsProfiles::read(variables)) {}

  /// Returns nothing when the chosen profile names no credentials, and then says why in `why_not`.
  /// Throws Error{kConfiguration} when it names some that cannot be had, or when AWS_PROFILE names no
  /// profile; Error{kInterrupted}.
  std::optional<Credentials> find(std::string& why_not);

  /// Whether the chosen profile takes on a role with other credentials, which AWS's tools do before they take
  /// the environment's web identity.
  bool names_role_with_source() const;

 private:
  Credentials resolve(const std::string& profile);
  Credentials take_on_role(const std::string& profile, const AwsProfiles::Settings& settings);
  Credentials role_source(const std::string& profile, const AwsProfiles::Settings& settings);

  Credentials run(const std::string& profile, const std::string& command);

  const Variables& variables_;
  const Cancellation* const cancellation_;
  AwsProfiles profiles_;
  std::vector<std::string> resolving_;  ///< profiles that lead to one another
};

/// Credentials of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; nothing when they are not
/// set. Throws Error{kConfiguration} when there is a key without a secret.
std::optional<Credentials> environment_credentials(const Variables& variables);

}  // namespace starlift
