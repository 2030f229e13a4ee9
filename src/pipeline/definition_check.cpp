#include "pipeline/definition_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "pipeline/checks.h"
#include "pipeline/definition_failure.h"
#include "pipeline/tables.h"
#include "pipeline/transform.h"
#include "sql/table_substitution.h"
#include "warehouse/duckdb/duckdb_warehouse.h"

namespace starlift {

namespace {

[[noreturn]] void refuse(const std::string& file, int line, const std::string& message) {
  std::string place = fmt::format("{}:{}", file, line);
  throw Error(ErrorKind::kDefinition, fmt::format("{}: {}", place, message)).at(place);
}

/// Runs a query and names the line of its file when the engine refuses it.
std::unique_ptr<Cursor> try_query(Session& session, const std::string& sql, const std::string& file,
                                  int first_line) {
  try {
    return session.query(session.dialect().render(sql));
  } catch (const Error& error) {
    throw in_definition(error, ErrorKind::kDefinition, file, first_line, 1);
  }
}

const char* kind_of(const ColumnType& type) {
  if (type.is_number()) return "number";
  switch (type.kind) {
    case TypeKind::kBoolean:
      return "boolean";
    case TypeKind::kDate:
      return "date";
    case TypeKind::kTimestamp:
      return "timestamp";
    default:
      return "varchar";
  }
}

const char* kind_of(const ResultColumn& column) {
  if (column.kind == ResultColumn::Kind::kNumber) return "number";
  for (const char* kind : {"boolean", "date", "timestamp"}) {
    if (column.type == kind) return kind;
  }
  return "varchar";
}

std::string names_of(std::span<const ResultColumn> columns) {
  std::string names;
  for (const auto& column : columns)
    names += (names.empty() ? "" : ", ") + column.name;
  return names;
}

void check_columns(const Model& model, std::span<const ResultColumn> selected) {
  for (size_t i = 0; i < model.columns.size(); ++i) {
    const Column& declared = model.columns[i].column;
    if (i >= selected.size() || selected[i].name != declared.name) {
      refuse(
          model.file, model.select_line,
          fmt::format(
              "column {} is declared as {}, but the SELECT gives these: {}; select the declared columns in "
              "their order",
              i + 1, declared.name, names_of(selected)));
    }
    if (std::string_view(kind_of(declared.type)) != kind_of(selected[i])) {
      refuse(
          model.file, model.select_line,
          fmt::format("column {} is declared {}, but the SELECT gives {}; cast it or change the declaration",
                      declared.name, to_string(declared.type), selected[i].type));
    }
  }
  if (selected.size() > model.columns.size()) {
    refuse(model.file, model.select_line,
           fmt::format("the SELECT gives {} columns and {} are declared; {} is one too many", selected.size(),
                       model.columns.size(), selected[model.columns.size()].name));
  }
}

/// Tries the queries that find touched keys, each at its own line, and then the whole of it.
void check_incremental(Session& session, const Model& model) {
  std::vector<StagingChange> changes;
  for (const auto& touched : model.incremental->touched) {
    std::string table = quote_table({kStagingSchema, touched.dataset});
    std::string select = substitute_tables(touched.select, "changed", [&](const std::string& name) {
      return name == touched.dataset ? std::optional(table) : std::nullopt;
    });
    auto columns = try_query(session, select, model.file, touched.select_line)->columns().size();
    if (columns != 1) {
      refuse(
          model.file, touched.select_line,
          fmt::format("this gives {} columns; select only the values of {}", columns, model.incremental->by));
    }
    changes.push_back({.dataset = touched.dataset, .has_come = true});
  }
  try {
    for (const auto& statement : incremental_statements(model, changes, session.dialect()).all())
      session.execute(statement);
  } catch (const Error& error) {
    refuse(model.file, model.select_line,
           fmt::format("the SELECT does not run when it is cut down to touched keys: {}", error.what()));
  }
}

/// Tries the conditions that find what is behind a row, each at its own line.
void check_lineage(Session& session, const Model& model, const WarehouseDefinition& definition) {
  for (const auto& entry : model.lineage) {
    bool is_model = definition.find_model(entry.source) &&
                    std::count(model.reads_datasets.begin(), model.reads_datasets.end(), entry.source) == 0;
    TableName source{is_model ? "" : kStagingSchema, entry.source};
    try_query(session,
              fmt::format("select 1 from {} as source join {} as traced on {}", quote_table(source),
                          quote_table(model_table(model)), entry.condition),
              model.file, entry.condition_line);
  }
}

/// A number of rows is one number.
void check_row_count(Session& session, const Model& model) {
  auto cursor = try_query(session, model.rows->select, model.file, model.rows->select_line);
  auto columns = cursor->columns();
  if (columns.size() == 1 && columns[0].kind == ResultColumn::Kind::kNumber) return;
  refuse(model.file, model.rows->select_line,
         fmt::format("this gives {}; select one number, the count of rows that {} must have",
                     names_of(columns), model.name));
}

/// A chart shows columns of its query's answer.
void check_chart(const SavedQuery& query, std::span<const ResultColumn> answered) {
  if (auto missing = find_missing_column(*query.chart, answered)) {
    refuse(query.file, query.chart->line,
           fmt::format("the chart names the column {}, but the query answers these: {}", *missing,
                       names_of(answered)));
  }
  for (const auto& name : query.chart->y) {
    if (const auto& column = answered[*find_column(answered, name)];
        column.kind != ResultColumn::Kind::kNumber) {
      refuse(
          query.file, query.chart->line,
          fmt::format("the chart's y names {}, which is {}; only numbers can be drawn", name, column.type));
    }
  }
}

}  // namespace

void check_definition(const WarehouseDefinition& definition) {
  auto warehouse = open_duckdb("");
  for (const auto& statement : create_statements(definition, warehouse->dialect()))
    warehouse->execute(statement);
  for (const auto& model : definition.models) {
    check_columns(model, try_query(*warehouse, model.select, model.file, model.select_line)->columns());
    if (model.incremental) check_incremental(*warehouse, model);
    check_lineage(*warehouse, model, definition);
    if (model.rows) check_row_count(*warehouse, model);
  }
  for (const auto& query : definition.analytics) {
    auto cursor = try_query(*warehouse, query.sql, query.file, query.sql_line);
    if (query.chart) check_chart(query, cursor->columns());
  }
  for (const auto& check : list_checks(definition, warehouse->dialect()))
    try_query(*warehouse, check.sql, check.file, check.sql_line);
}

}  // namespace starlift
