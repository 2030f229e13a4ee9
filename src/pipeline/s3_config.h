#pragma once

#include "project/config.h"
#include "storage/s3_access.h"

namespace starlift {

/// Reads [AWS] of dwh.cfg; without keys there, credentials are found where AWS's own tools find them.
/// `cancellation` (may be null) must outlive what this returns. Throws Error{kConfiguration}.
std::shared_ptr<CredentialsSource> read_aws_credentials(const Config& config,
                                                        const Config::Environment& environment,
                                                        const Cancellation* cancellation);

/// The same for AWS's control plane, which answers nobody anonymously: ANONYMOUS is about buckets.
std::shared_ptr<CredentialsSource> read_account_credentials(const Config& config,
                                                            const Config::Environment& environment,
                                                            const Cancellation* cancellation);

/// Reads [S3] and [AWS] of dwh.cfg, and what AWS's own tools read from `environment`, which counts where
/// dwh.cfg says nothing. Throws Error{kConfiguration} for a value that makes no sense.
S3Settings read_s3_settings(const Config& config, const Config::Environment& environment,
                            const Cancellation* cancellation);

}  // namespace starlift
