#pragma once

#include <string_view>

#include "pipeline/answer.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Runs a query and keeps at most `max_rows` of its answer. Throws Error{kWarehouse}.
Answer ask(Session& session, std::string_view sql, size_t max_rows);

}  // namespace starlift
