#include "pipeline/describe_schema.h"

#include <algorithm>

#include "columns/time_unit.h"
#include "pipeline/tables.h"

namespace starlift {

namespace {

std::string describe_lineage_column(const std::string& name) {
  return name == kObjectIdColumn ? "The object that the record was read from: starlift.objects has its key"
                                 : "Number of the record in its object, from 1";
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
  for (const auto& [column, description, references] : model.columns) {
    bool is_key = std::find(model.key.begin(), model.key.end(), column.name) != model.key.end();
    auto& described = table.columns.emplace_back(
        SchemaColumn{.column = column, .is_key = is_key, .description = description});
    if (references) described.references = {references->model, references->column};
  }
  return table;
}

}  // namespace

Schema describe_schema(const WarehouseDefinition& definition) {
  Schema schema{definition.name, definition.description, {}};
  for (const auto& dataset : definition.datasets)
    schema.tables.push_back(describe_dataset(dataset));
  for (const auto& model : definition.models)
    schema.tables.push_back(describe_model(model));
  return schema;
}

}  // namespace starlift
