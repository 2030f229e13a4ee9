#include "pipeline/table_sql.h"

#include <fmt/format.h>

#include "pipeline/tables.h"
#include "pipeline/transform.h"

namespace starlift {

namespace {

/// Says what the bulk load takes its rows from.
std::string load_purpose(Engine engine) {
  switch (engine) {
    case Engine::kDuckDb:
      return "a run's load: starlift_feed(1) gives the records of its objects, decoded as they are read";
    case Engine::kPostgres:
      return "a run's load: the records of its objects follow over the connection";
    case Engine::kRedshift:
      break;
  }
  return "a run's load: the records of its objects, as parts below [S3] STAGING that the cluster copies";
}

std::vector<StatementGroup> staging_sql(const Dataset& dataset, const Dialect& dialect) {
  TableDesign design = staging_design(dataset);
  StatementGroup load{"load", load_purpose(dialect.engine()), {}};
  std::string statement = dialect.bulk_load(design.name, columns_of(design), 1);
  if (!statement.empty()) load.statements.push_back(statement);
  return {{"create", "how it is created", create_table_statements(design, dialect)}, load};
}

std::vector<StatementGroup> model_sql(const Model& model, const WarehouseDefinition& definition,
                                      const Dialect& dialect) {
  std::vector<StatementGroup> groups = {
      {"create", "how it is created", create_table_statements(model_design(model, definition), dialect)},
      {"full_refresh", "how it is remade whole", full_statements(model, definition, dialect).all()}};
  if (!model.incremental) return groups;
  std::vector<StagingChange> changes;
  for (const auto& touched : model.incremental->touched)
    changes.push_back({.dataset = touched.dataset, .first_object_id = 1, .has_come = true});
  groups.push_back({"incremental",
                    "how it is remade for what a run brought, here the objects from number 1 on",
                    incremental_statements(model, changes, dialect).all()});
  return groups;
}

}  // namespace

std::vector<std::string> table_names(const WarehouseDefinition& definition) {
  std::vector<std::string> names;
  for (const auto& dataset : definition.datasets)
    names.push_back(to_string(staging_table(dataset)));
  for (const auto& model : definition.models)
    names.push_back(model.name);
  return names;
}

std::vector<StatementGroup> table_sql(const WarehouseDefinition& definition, const std::string& table,
                                      const Dialect& dialect) {
  for (const auto& dataset : definition.datasets) {
    if (table == to_string(staging_table(dataset))) return staging_sql(dataset, dialect);
  }
  const Model* model = definition.find_model(table);
  return model ? model_sql(*model, definition, dialect) : std::vector<StatementGroup>();
}

}  // namespace starlift
