#pragma once

#include "sql/ddl.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// The version of starlift's own tables that this program reads and writes. Raise it with every change of
/// theirs, and bring older warehouses up to it.
inline constexpr int kSchemaVersion = 1;

/// Holds the version of the other tables in the schema `starlift`, in one row.
const TableDesign& schema_version_design();

/// The statement that notes the version in a table that was just made.
std::string note_schema_version_statement();

/// Throws Error{kWarehouse} when a newer starlift made the tables. A warehouse without them is fine.
void check_schema_version(Session& session);

}  // namespace starlift
