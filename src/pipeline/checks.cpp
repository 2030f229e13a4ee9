#include "pipeline/checks.h"

#include <chrono>

#include "base/error.h"
#include "pipeline/declared_checks.h"
#include "pipeline/definition_failure.h"

namespace starlift {

std::vector<Check> written_checks(const WarehouseDefinition& definition) {
  std::vector<Check> checks;
  for (const auto& written : definition.checks) {
    checks.push_back({.name = written.name,
                      .says = written.description.empty() ? written.title : written.description,
                      .sql = written.sql,
                      .file = written.file,
                      .sql_line = written.sql_line});
  }
  return checks;
}

std::vector<Check> list_checks(const WarehouseDefinition& definition, const Dialect& dialect) {
  std::vector<Check> checks;
  for (const auto& model : definition.models)
    for (auto& check : declared_checks(model, dialect))
      checks.push_back(std::move(check));
  for (auto& check : written_checks(definition))
    checks.push_back(std::move(check));
  return checks;
}

CheckResult run_check(Session& session, const Check& check) {
  auto start = std::chrono::steady_clock::now();
  CheckResult result{.name = check.name, .says = check.says};
  try {
    auto cursor = session.query(session.dialect().render(check.sql));
    result.columns.assign(cursor->columns().begin(), cursor->columns().end());
    while (cursor->next()) {
      if (result.rows.size() == kMaxBrokenRows) {
        result.has_more_rows = true;
        break;
      }
      auto& row = result.rows.emplace_back();
      for (size_t i = 0; i < result.columns.size(); ++i)
        row.emplace_back(cursor->text(i));
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kWarehouse) throw;
    throw in_definition(error, ErrorKind::kWarehouse, check.file, check.sql_line, 1)
        .in_statement(error.statement(), error.sqlstate());
  }
  result.elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

std::vector<CheckResult> run_checks(Session& session, std::span<const Check> checks) {
  std::vector<CheckResult> results;
  for (const auto& check : checks)
    results.push_back(run_check(session, check));
  return results;
}

}  // namespace starlift
