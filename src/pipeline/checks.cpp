#include "pipeline/checks.h"

#include <chrono>

#include "base/error.h"
#include "pipeline/ask.h"
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
    result.broken = ask(session, session.dialect().render(check.sql), kMaxBrokenRows);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kWarehouse) throw;
    throw in_definition(error, ErrorKind::kWarehouse, check.file, check.sql_line, 1)
        .in_statement(error.statement(), error.sqlstate());
  }
  result.elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

std::vector<CheckResult> run_checks(Warehouse& warehouse, std::span<const Check> checks) {
  std::vector<CheckResult> results;
  for (const auto& check : checks) {
    try {
      warehouse.attempt([&] { results.push_back(run_check(warehouse, check)); });
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kInterrupted || error.sqlstate().starts_with("08")) throw;
      results.push_back({.name = check.name, .says = check.says, .broken = {}, .error = error.what()});
    }
  }
  return results;
}

}  // namespace starlift
