#pragma once

#include <string_view>

#include "columns/column_type.h"

namespace starlift {

/// Returns the unit as a definition writes it: "s", "ms", "us" or "iso8601".
std::string_view to_string(TimeUnit unit);

}  // namespace starlift
