#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "pipeline/events.h"
#include "project/definition.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// A table as it leaves the warehouse.
struct ExportedTable {
  std::string name;             ///< "users", "staging.events"
  std::vector<Column> columns;  ///< as declared
  std::string select;           ///< its rows, in the order of the key; staging rows in that of their records
  std::string file;             ///< where they go
  uint64_t rows = 0;
};

/// Writes the rows of a table into the new file at `path`; returns their number.
using TableWriter =
    std::function<uint64_t(Session& session, const ExportedTable& table, const std::string& path)>;

/// What to export, and where to.
struct ExportRequest {
  std::string folder;               ///< made when it does not exist
  std::string extension;            ///< of the files: "parquet"
  std::vector<std::string> tables;  ///< names; all star tables when empty
  bool with_staging = false;        ///< the staging tables, too, when no table is named
  bool overwrites = false;
};

/// Writes every table into a file of its own, FOLDER/NAME.EXTENSION, which appears when it is complete. What
/// a table holds is read from one state of the warehouse. Throws Error{kUsage} for a table that there is not,
/// and for a file that exists unless `overwrites`, before anything is written.
std::vector<ExportedTable> export_tables(Session& session, const WarehouseDefinition& definition,
                                         const ExportRequest& request, const TableWriter& write,
                                         EventListener& listener, const Cancellation& cancellation);

}  // namespace starlift
