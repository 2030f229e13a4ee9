#include "pipeline/create_tables.h"

#include <fmt/format.h>

#include "pipeline/drift.h"
#include "pipeline/table_sql.h"
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

void create_missing_tables(const WarehouseDefinition& definition, std::span<const DatasetPlan> plans,
                           Transaction& transaction) {
  if (has_all_tables(definition, transaction)) return;
  auto missing = missing_tables(definition, transaction);
  for (const auto& statement : create_statements(definition, transaction.dialect()))
    transaction.execute(statement);
  note_created(transaction, definition, plans, missing);
}

void create_tables(const WarehouseDefinition& definition, Warehouse& warehouse) {
  auto transaction = warehouse.begin();
  const Dialect& dialect = warehouse.dialect();
  auto run = [&](const std::vector<std::string>& statements) {
    for (const auto& statement : statements)
      transaction->execute(statement);
  };
  auto create = create_statements(definition, dialect);
  run(create);  // the first time there is nothing that could be dropped
  run(drop_statements(definition, dialect));
  run(forget_statements(definition, dialect));
  run(create);
  note_created(*transaction, definition, {}, table_names(definition));
  transaction->commit();
}

}  // namespace starlift
