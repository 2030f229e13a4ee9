#include "pipeline/describe_tables.h"

#include <fmt/format.h>

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

/// The first rows of a table, in the order of its key; of its lineage columns for staging.
std::optional<Answer> examples_of(const TableDesign& design, const std::string& order, Session& session,
                                  size_t max_rows) {
  if (!session.has_table(design.name)) return std::nullopt;
  return ask(session,
             fmt::format("select {} from {} order by {} limit {}", quote_columns(columns_of(design)),
                         quote_table(design.name), order, max_rows),
             max_rows);
}

}  // namespace

std::vector<DictionaryEntry> describe_tables(const WarehouseDefinition& definition, Session* session,
                                             size_t example_rows) {
  std::vector<DictionaryEntry> entries;
  auto add = [&](const TableDesign& design, const std::string& order) {
    auto& entry = entries.emplace_back(DictionaryEntry{sql_of(definition, to_string(design.name)), {}});
    if (session) entry.examples = examples_of(design, order, *session, example_rows);
  };
  for (const auto& dataset : definition.datasets)
    add(staging_design(dataset),
        fmt::format("{}, {}", quote_identifier(kObjectIdColumn), quote_identifier(kRecordColumn)));
  for (const auto& model : definition.models) {
    std::string order;
    for (const auto& column : model.key)
      order += (order.empty() ? "" : ", ") + quote_identifier(column);
    add(model_design(model, definition), order);
  }
  return entries;
}

}  // namespace starlift
