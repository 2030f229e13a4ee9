#pragma once

#include <map>
#include <string>

#include "doctor/doctor.h"

namespace starlift {

/// The first object of each dataset, by its whole name ("s3://bucket/key"); nothing for empty ones.
using FirstObjects = std::map<std::string, std::string>;

/// Whether anything that dwh.cfg names is in S3.
bool uses_s3(const Config& config, const WarehouseDefinition& definition);

/// Says whose the credentials are. Throws Skipped when none are needed.
std::string check_credentials(const Patient& patient, const Config& config,
                              const WarehouseDefinition& definition);

/// Lists a source up to its first object and reads the beginning of that.
std::string check_source(const Patient& patient, const Config& config, const Dataset& dataset,
                         FirstObjects& first_objects);

/// Writes an object to [S3] STAGING and removes it. Throws Skipped when there is none.
std::string check_staging(const Patient& patient, const Config& config);

}  // namespace starlift
