#pragma once

#include <string>

#include "pipeline/warehouse_report.h"

namespace starlift {

/// Writes a report as one HTML page that needs nothing else: what the last run did, the saved queries as
/// charts with their data and SQL, the checks, the tables and the picture of the schema.
std::string report_page(const WarehouseReport& report);

}  // namespace starlift
