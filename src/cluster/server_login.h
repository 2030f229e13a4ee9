#pragma once

#include "base/cancellation.h"
#include "cloud/redshift_control.h"
#include "project/config.h"
#include "warehouse/libpq/server_address.h"

namespace starlift {

/// Whether connections to the cluster log in by temporary credentials of IAM (`[CLUSTER] AUTH = iam`) and not
/// by DB_PASSWORD. Throws Error{kConfiguration} where AUTH says something else, or the engine has no such
/// login.
bool logs_in_by_iam(const Config& config);

/// Asks Redshift for a login of [CLUSTER] DB_USER to the cluster that IDENTIFIER or HOST names, with the
/// caller's credentials. Throws Error{kConfiguration} with the permission that is missing.
TemporaryLogin ask_for_login(const Config& config, const Config::Environment& environment,
                             const Cancellation& cancellation);

/// Returns how connections to the server in dwh.cfg are logged in; nothing where that takes no more than what
/// is written there. A temporary login is asked for by the first connection, and again when it is about to
/// expire. `cancellation` must outlive what is returned. Throws as `logs_in_by_iam` does, and where SSLMODE
/// would let a password go unencrypted.
ServerLogin find_server_login(const Config& config, const Config::Environment& environment,
                              const Cancellation& cancellation);

}  // namespace starlift
