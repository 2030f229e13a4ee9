#pragma once

#include <string>

#include "doctor/source_checks.h"

namespace starlift {

/// Says in what state the provisioned cluster is that dwh.cfg names. Throws Skipped when it names none that
/// Redshift's control plane would know.
std::string check_cluster(const Patient& patient, const Config& config);

/// Asks AWS for a temporary login, and says whose it is. Throws Skipped when dwh.cfg wants none.
std::string check_temporary_login(const Patient& patient, const Config& config);

/// Whether the cluster has the role under [IAM_ROLE] ARN. Throws Skipped when it needs none.
std::string check_role_attached(const Patient& patient, const Config& config);

/// Whether Redshift may take that role on, and the role list and read what a cluster reads: [S3] STAGING, and
/// sources in S3 that [COPY] lets it copy by itself. Throws Skipped when it needs none, or the caller may not
/// ask.
std::string check_role_reads(const Patient& patient, const Config& config);

}  // namespace starlift
