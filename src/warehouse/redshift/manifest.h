#pragma once

#include <span>
#include <string>

namespace starlift::redshift {

/// Returns the manifest of a COPY that reads just these objects, and fails when one of them is missing.
/// https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html
std::string manifest_of(std::span<const std::string> urls);

}  // namespace starlift::redshift
