#include "pipeline/create_tables.h"

#include <fmt/format.h>

#include "pipeline/tables.h"

namespace starlift {

int64_t count_rows(const WarehouseDefinition& definition, Session& session) {
  int64_t rows = 0;
  auto count = [&](const TableName& table) {
    if (!session.has_table(table)) return;
    rows += session.query_integer(fmt::format("select count(*) from {}", quote_table(table))).value_or(0);
  };
  for (const auto& dataset : definition.datasets)
    count(staging_table(dataset));
  for (const auto& model : definition.models)
    count(model_table(model));
  return rows;
}

void create_tables(const WarehouseDefinition& definition, Warehouse& warehouse) {
  auto transaction = warehouse.begin();
  const Dialect& dialect = warehouse.dialect();
  auto statements = create_statements(definition, dialect);
  // The schemas come first: a drop inside a schema that is not there yet is an error on some engines.
  transaction->execute(statements[0]);
  transaction->execute(statements[1]);
  for (const auto& statement : drop_statements(definition, dialect))
    transaction->execute(statement);
  for (const auto& statement : statements)
    transaction->execute(statement);
  transaction->commit();
}

}  // namespace starlift
