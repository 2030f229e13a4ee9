#pragma once

#include <string>

#include "doctor/doctor.h"

namespace starlift {

/// Whether anything that dwh.cfg names is in S3.
bool uses_s3(const Config& config, const WarehouseDefinition& definition);

/// Whether there is an account of AWS's to ask: not where the credentials are those of another S3.
bool has_account(const Patient& patient, const Config& config);

/// Says whose the credentials are. Throws Skipped when none are needed.
std::string check_credentials(const Patient& patient, const Config& config,
                              const WarehouseDefinition& definition);

/// Lists a source up to its first object and reads the beginning of that, and the jsonpaths file if there is
/// one.
std::string check_source(const Patient& patient, const Config& config, const Dataset& dataset);

/// Writes an object to [S3] STAGING and removes it. Throws Skipped when there is none.
std::string check_staging(const Patient& patient, const Config& config);

}  // namespace starlift
