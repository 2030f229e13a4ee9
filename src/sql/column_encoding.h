#pragma once

#include <string>
#include <vector>

#include "columns/column_type.h"

namespace starlift {

/// Returns the names of Redshift's encodings (how a column's values are compressed) that a column of this
/// type can have: "raw", "az64" ...
/// https://docs.aws.amazon.com/redshift/latest/dg/c_Compression_encodings.html
std::vector<std::string> encodings_of(const ColumnType& type);

}  // namespace starlift
