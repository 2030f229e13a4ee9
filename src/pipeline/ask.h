#pragma once

#include <limits>
#include <string_view>

#include "pipeline/answer.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Reads at most `max_rows` of an answer into memory. Throws Error{kWarehouse}.
Answer read_answer(Cursor& cursor, size_t max_rows = std::numeric_limits<size_t>::max());

/// Runs a query and keeps at most `max_rows` of its answer. Throws Error{kWarehouse}.
Answer ask(Session& session, std::string_view sql, size_t max_rows);

}  // namespace starlift
