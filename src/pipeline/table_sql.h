#pragma once

#include <string>
#include <vector>

#include "project/definition.h"
#include "sql/dialect.h"

namespace starlift {

/// Statements that belong together, and what they are for.
struct StatementGroup {
  std::string name;     ///< for programs: "create", "load", "full_refresh", "incremental"
  std::string purpose;  ///< for people
  std::vector<std::string> statements;
};

/// Returns the names of all tables of a definition: "staging.events", "users".
std::vector<std::string> table_names(const WarehouseDefinition& definition);

/// Returns how an engine creates and fills one of them; nothing when the definition has no such table. What
/// only a run knows is shown as in the first one: its loads and its objects are numbered from 1.
std::vector<StatementGroup> table_sql(const WarehouseDefinition& definition, const std::string& table,
                                      const Dialect& dialect);

}  // namespace starlift
