#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "base/cancellation.h"
#include "net/aws_profiles.h"
#include "net/credentials.h"

namespace starlift {

/// Finds credentials where AWS's own tools do, in their order: those given, the environment, a web identity
/// that the environment names, the profile (keys, role_arn with source_profile or credential_source,
/// credential_process, web identity), the container, the instance. What was found is kept and renewed in
/// time.
class CredentialsChain : public CredentialsSource {
 public:
  /// `given` wins over everything. `given_place` is what it would be set by, for messages. `cancellation`
  /// (may be null) must outlive this.
  CredentialsChain(std::optional<Credentials> given, std::string given_place, Variables variables,
                   const Cancellation* cancellation);

  /// Throws Error{kInterrupted}, too.
  Credentials get() override;

 private:
  Credentials find() const;

  const std::optional<Credentials> given_;
  const std::string given_place_;
  const Variables variables_;
  const Cancellation* const cancellation_;
  std::mutex mutex_;  ///< guards what follows
  std::optional<Credentials> found_;
  int64_t ask_again_us_ = 0;  ///< not before, while they hold
};

}  // namespace starlift
