#pragma once

#include "report/result_writer.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Prints the rows of an answer to stdout as they come.
void print_answer(Cursor& cursor, ResultFormat format);

}  // namespace starlift
