#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "project/config.h"
#include "project/definition.h"
#include "storage/location.h"

namespace starlift {

/// The prefixes and objects in S3 that the warehouse is loaded from: sources, jsonpaths files and [S3]
/// STAGING. Local ones are left out. Throws Error{kConfiguration} for a value that is no location.
std::vector<Location> find_read_locations(const Config& config, const WarehouseDefinition& definition);

/// Who may take on the role: Redshift and nobody else.
std::string trust_policy();

/// Whether a trust policy, of whatever form, names Redshift. What it denies and under what conditions is left
/// out.
bool names_redshift(std::string_view trust_policy);

/// What the role permits: to list and read these locations, and nothing else. `arn_prefix` is "arn:aws".
std::string read_policy(const std::vector<Location>& locations, const std::string& arn_prefix);

/// JSON without the blanks between its tokens, to compare two texts of one policy.
std::string compact_json(std::string_view json);

}  // namespace starlift
