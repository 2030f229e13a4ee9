#pragma once

#include <string>
#include <string_view>

#include "project/definition.h"

namespace starlift {

/// The file of a definition that names the warehouse.
inline constexpr std::string_view kWarehouseFile = "warehouse.toml";

/// PostgreSQL's limit; Redshift's and DuckDB's are higher.
inline constexpr size_t kMaxNameBytes = 63;

/// Returns true for [a-z_][a-z0-9_]* of at most kMaxNameBytes.
bool is_column_name(std::string_view name);

/// Returns true for [a-z][a-z0-9_]* of at most kMaxNameBytes.
bool is_table_name(std::string_view name);

/// Says in an error what is_table_name demands.
inline constexpr std::string_view kTableNameRule =
    "a name begins with a letter a-z and goes on with a-z, 0-9 or _, at most 63 in all";

/// Returns what "star/orders.sql" defines: "orders". Throws Error{kDefinition} when it is no table name.
std::string defined_name(const DefinitionFile& file);

}  // namespace starlift
