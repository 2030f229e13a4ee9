#pragma once

#include <map>
#include <string>

#include "report/result_writer.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Columns of an answer that are more than numbers, by name.
using KnownKinds = std::map<std::string, ShownColumn::Kind>;

/// Writes the rows of an answer as they come; returns their number.
uint64_t write_answer(Cursor& cursor, ResultFormat format, std::FILE* out,
                      const KnownKinds& known_kinds = {});

/// Prints the rows of an answer to stdout as they come.
void print_answer(Cursor& cursor, ResultFormat format, const KnownKinds& known_kinds = {});

}  // namespace starlift
