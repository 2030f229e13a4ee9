#pragma once

#include <span>
#include <string>
#include <vector>

#include "pipeline/check_result.h"
#include "project/definition.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Something that must hold in a warehouse, and the SELECT of what breaks it. Declared in star/, where a key,
/// a required column, a reference, accepted values and a number of rows say it without SQL; or written in
/// checks/.
struct Check {
  /// "orders.key", "orders.required", "orders.email.references", "orders.state.accepted", "orders.rows";
  /// a written one has the name of its file.
  std::string name;
  std::string says;  ///< what holds when it passes: "order_no is unique in orders"
  std::string sql;   ///< answers no row when it holds; portable functions not yet rendered
  std::string file;  ///< that says so, of the definition
  int sql_line = 1;  ///< where the SQL of a written one begins
};

/// Returns the checks in checks/.
std::vector<Check> written_checks(const WarehouseDefinition& definition);

/// Returns the checks of a definition: the declared ones, model by model, then the written ones.
std::vector<Check> list_checks(const WarehouseDefinition& definition, const Dialect& dialect);

/// How many of the rows that break a check are kept.
inline constexpr size_t kMaxBrokenRows = 10;

/// Runs a check. Throws Error{kWarehouse} with the check's place when the engine cannot answer it.
CheckResult run_check(Session& session, const Check& check);

/// Runs the checks in their order, in a warehouse that was opened to read. One that the engine cannot answer
/// says so in its result and leaves the others alone. Throws Error when the warehouse is lost.
std::vector<CheckResult> run_checks(Warehouse& warehouse, std::span<const Check> checks);

}  // namespace starlift
