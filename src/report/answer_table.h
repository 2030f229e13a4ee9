#pragma once

#include <string>

#include "pipeline/answer.h"
#include "report/markup_writer.h"

namespace starlift {

/// Writes an answer as an HTML table, and below it that there are more rows when there are. `caption` names
/// it for those who hear it.
void write_answer_table(const Answer& answer, const std::string& caption, MarkupWriter& out);

}  // namespace starlift
