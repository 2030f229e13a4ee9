#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "columns/field_path.h"

namespace starlift {

/// Reads a jsonpaths file of Redshift's COPY, `{"jsonpaths": ["$['a']", "$.b.c"]}`: the path of each
/// column in turn. `place` names the file in errors. Throws Error{kConfiguration}.
std::vector<FieldPath> parse_jsonpaths(std::string_view bytes, const std::string& place);

}  // namespace starlift
