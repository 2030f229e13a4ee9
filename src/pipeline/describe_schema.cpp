#include "pipeline/describe_schema.h"

#include <algorithm>
#include <map>

#include "columns/time_unit.h"
#include "pipeline/column_origins.h"
#include "pipeline/tables.h"

namespace starlift {

namespace {

std::string describe_lineage_column(const std::string& name) {
  return name == kObjectIdColumn
             ? "The object that the record was read from, or that stands for its batch when it was "
               "loaded direct: starlift.objects has its key"
             : "Number of the record in its object, from 1; 0 when it was loaded direct";
}

SchemaTable describe_dataset(const Dataset& dataset) {
  SchemaTable table{.name = to_string(staging_table(dataset)),
                    .kind = SchemaTable::Kind::kStaging,
                    .description = dataset.description,
                    .key = {},
                    .columns = {},
                    .made_from = {},
                    .source = dataset.source.section + '.' + dataset.source.key};
  for (const auto& staged : dataset.columns) {
    bool is_time = staged.column.type.kind == TypeKind::kTimestamp;
    table.columns.push_back({.column = staged.column,
                             .description = staged.description,
                             .field = to_string(staged.field),
                             .time_unit = is_time ? std::string(to_string(staged.unit)) : ""});
  }
  auto all = columns_of(staging_design(dataset));
  for (size_t i = dataset.columns.size(); i < all.size(); ++i) {
    table.columns.push_back({.column = all[i], .description = describe_lineage_column(all[i].name)});
  }
  return table;
}

SchemaTable describe_model(const Model& model) {
  SchemaTable table{
      .name = to_string(model_table(model)),
      .kind = model.kind == ModelKind::kFact ? SchemaTable::Kind::kFact : SchemaTable::Kind::kDimension,
      .description = model.description,
      .key = model.key,
      .columns = {},
      .made_from = model.reads_models,
      .source = ""};
  for (const auto& dataset : model.reads_datasets)
    table.made_from.push_back(to_string(TableName{kStagingSchema, dataset}));
  for (const auto& modelled : model.columns) {
    const Column& column = modelled.column;
    bool is_key = std::find(model.key.begin(), model.key.end(), column.name) != model.key.end();
    auto& described = table.columns.emplace_back(
        SchemaColumn{.column = column, .is_key = is_key, .description = modelled.description});
    if (const auto& target = modelled.references) described.references = {target->model, target->column};
  }
  return table;
}

/// A table as the SELECTs that read it see it: its columns are their own origins.
TracedRelation relation_of(const SchemaTable& table) {
  TracedRelation relation;
  for (const auto& column : table.columns)
    relation.columns.push_back({column.column.name, {{table.name, column.column.name}}});
  return relation;
}

void add_origins(const TracedRelation& traced, SchemaTable& table) {
  for (size_t i = 0; i < std::min(table.columns.size(), traced.columns.size()); ++i) {
    for (const auto& origin : traced.columns[i].origins)
      table.columns[i].origins.push_back({origin.table, origin.column});
  }
}

}  // namespace

Schema describe_schema(const WarehouseDefinition& definition) {
  Schema schema{definition.name, definition.description, {}};
  std::map<std::string, TracedRelation> relations;
  for (const auto& dataset : definition.datasets) {
    const auto& table = schema.tables.emplace_back(describe_dataset(dataset));
    relations[table.name] = relation_of(table);
  }
  for (const auto& model : definition.models) {
    auto& table = schema.tables.emplace_back(describe_model(model));
    add_origins(trace_columns(model.select, relations), table);
    relations[table.name] = relation_of(table);
  }
  return schema;
}

}  // namespace starlift
