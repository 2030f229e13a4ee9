#pragma once

#include "pipeline/warehouse_report.h"
#include "report/markup_writer.h"

namespace starlift {

/// Writes the saved queries: a card each, with a place for the chart that page/report.js draws from the table
/// below it, with its data and its SQL.
void write_questions(const WarehouseReport& report, MarkupWriter& out);

/// Writes the checks, those that fail first and with the rows that break them.
void write_checks(const WarehouseReport& report, MarkupWriter& out);

}  // namespace starlift
