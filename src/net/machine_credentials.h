#pragma once

#include <optional>
#include <string>

#include "base/cancellation.h"
#include "net/aws_profiles.h"
#include "net/credentials.h"

namespace starlift {

/// The credentials of the container that this process runs in: ECS and EKS name their address in
/// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI.
/// Returns nothing when neither is set. Throws Error{kConfiguration} when the address gives none.
/// Both throw Error{kInterrupted} when `cancellation` (may be null) asks for it.
std::optional<Credentials> container_credentials(const Variables& variables,
                                                 const Cancellation* cancellation);

/// The credentials of the EC2 instance that this process runs on, by version 2 of its metadata service.
/// Returns nothing when there is no such service or no role, and then says why in `why_not`. Takes two
/// seconds at most where there is none.
std::optional<Credentials> instance_credentials(const Variables& variables, std::string& why_not,
                                                const Cancellation* cancellation);

}  // namespace starlift
