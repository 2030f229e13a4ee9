#include "pipeline/describe_tables.h"

#include <fmt/format.h>

#include "base/error.h"
#include "pipeline/ask.h"
#include "pipeline/table_sql.h"
#include "pipeline/tables.h"

namespace starlift {

namespace {

std::vector<TableSql> sql_of(const WarehouseDefinition& definition, const std::string& table) {
  std::vector<TableSql> all;
  for (Engine engine : {Engine::kDuckDb, Engine::kPostgres, Engine::kRedshift}) {
    for (const auto& group : table_sql(definition, table, Dialect::of(engine))) {
      std::string text;
      for (const auto& statement : group.statements)
        text += fmt::format("{}{};\n", text.empty() ? "" : "\n", statement);
      if (!text.empty()) all.push_back({std::string(to_string(engine)), group.purpose, text});
    }
  }
  return all;
}

/// Adds the first rows of a table, in the order of its key; of its lineage columns for staging. A table whose
/// definition changed since it was made may not have all columns.
void add_examples(const TableDesign& design, const std::vector<std::string>& order, Warehouse& warehouse,
                  size_t max_rows, DictionaryEntry& entry) {
  if (!warehouse.has_table(design.name)) return;
  try {
    warehouse.attempt([&] {
      entry.examples =
          ask(warehouse,
              fmt::format("select {} from {} order by {} limit {}", quote_columns(columns_of(design)),
                          quote_table(design.name), quote_identifiers(order), max_rows),
              max_rows);
    });
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kInterrupted) throw;
    entry.no_examples = error.what();
  }
}

}  // namespace

std::vector<DictionaryEntry> describe_tables(const WarehouseDefinition& definition, Warehouse* warehouse,
                                             size_t example_rows) {
  std::vector<DictionaryEntry> entries;
  auto add = [&](const TableDesign& design, const std::vector<std::string>& order) {
    auto& entry = entries.emplace_back();
    entry.sql = sql_of(definition, to_string(design.name));
    if (warehouse) add_examples(design, order, *warehouse, example_rows, entry);
  };
  for (const auto& dataset : definition.datasets)
    add(staging_design(dataset), {kObjectIdColumn, kRecordColumn});
  for (const auto& model : definition.models)
    add(model_design(model, definition), model.key);
  return entries;
}

}  // namespace starlift
