#include "pipeline/tables.h"

#include <fmt/format.h>

#include "pipeline/schema_version.h"

namespace starlift {

namespace {

ColumnType plain(TypeKind kind) {
  return {.kind = kind};
}
ColumnType varchar(int length_bytes) {
  return {.kind = TypeKind::kVarchar, .length_bytes = length_bytes};
}

TableDesign::DesignColumn required(const char* name, ColumnType type) {
  return {{name, type, false}, {}};
}
TableDesign::DesignColumn nullable(const char* name, ColumnType type) {
  return {{name, type, true}, {}};
}

TableDesign own_table(const char* name, std::vector<TableDesign::DesignColumn> columns,
                      const std::vector<std::string>& key) {
  return {.name = {kOwnSchema, name},
          .columns = std::move(columns),
          .key = key,
          .redshift_distribution = "auto",
          .redshift_sort_key = key};
}

std::vector<TableDesign> own_designs() {
  return {schema_version_design(), objects_design(), copied_objects_design(), rejects_design(),
          runs_design(),           steps_design(),   checks_design(),         tables_design()};
}

/// The tables of the definition, each after those it refers to.
std::vector<TableDesign> defined_designs(const WarehouseDefinition& definition) {
  std::vector<TableDesign> designs;
  for (const auto& dataset : definition.datasets)
    designs.push_back(staging_design(dataset));
  for (const auto& model : definition.models)
    designs.push_back(model_design(model, definition));
  return designs;
}

std::vector<TableDesign> all_designs(const WarehouseDefinition& definition) {
  auto designs = own_designs();
  auto defined = defined_designs(definition);
  designs.insert(designs.end(), defined.begin(), defined.end());
  return designs;
}

/// Returns the texts as `('a', 'b')`.
std::string literals(const std::vector<std::string>& texts, const Dialect& dialect) {
  std::string list;
  for (const auto& text : texts)
    list += (list.empty() ? "" : ", ") + dialect.quote_literal(text);
  return "(" + list + ")";
}

}  // namespace

TableName staging_table(const Dataset& dataset) {
  return {kStagingSchema, dataset.name};
}
TableName model_table(const Model& model) {
  return {"", model.name};
}

TableDesign staging_design(const Dataset& dataset) {
  TableDesign design{.name = staging_table(dataset),
                     .columns = {},
                     .growing = kObjectIdColumn,
                     .redshift_distribution = "even",
                     .redshift_sort_key = {kObjectIdColumn}};
  for (const auto& column : dataset.columns)
    design.columns.push_back({column.column, {}, column.redshift_encoding});
  design.columns.push_back(required(kObjectIdColumn, plain(TypeKind::kBigint)));
  design.columns.push_back(required(kRecordColumn, plain(TypeKind::kBigint)));
  return design;
}

TableDesign model_design(const Model& model, const WarehouseDefinition& definition) {
  TableDesign design{.name = model_table(model),
                     .columns = {},
                     .key = model.key,
                     .redshift_distribution = model.redshift_distribution,
                     .redshift_sort_key = model.redshift_sort_key,
                     .has_redshift_primary_key = model.has_redshift_primary_key};
  if (model.incremental && model.incremental->by != model.key.front()) {
    design.lookups.push_back(model.incremental->by);
  }
  for (const auto& column : model.columns) {
    std::optional<Reference> reference;
    const Model* referred = column.references ? definition.find_model(column.references->model) : nullptr;
    if (referred && referred->has_redshift_primary_key)
      reference = {model_table(*referred), column.references->column};
    design.columns.push_back({column.column, reference, column.redshift_encoding});
  }
  return design;
}

const TableDesign& objects_design() {
  static const TableDesign kDesign = own_table("objects",
                                               {
                                                   required("object_id", plain(TypeKind::kBigint)),
                                                   required("dataset", varchar(256)),
                                                   required("key", varchar(4096)),
                                                   required("size_bytes", plain(TypeKind::kBigint)),
                                                   required("modified_us", plain(TypeKind::kBigint)),
                                                   nullable("etag", varchar(256)),
                                                   nullable("content_hash", varchar(32)),
                                                   required("records", plain(TypeKind::kBigint)),
                                                   required("staged", plain(TypeKind::kBigint)),
                                                   required("rejected", plain(TypeKind::kBigint)),
                                                   required("run_id", plain(TypeKind::kBigint)),
                                               },
                                               {"object_id"});
  return kDesign;
}

const TableDesign& copied_objects_design() {
  static const TableDesign kDesign = own_table("copied_objects",
                                               {
                                                   required("object_id", plain(TypeKind::kBigint)),
                                                   required("batch_id", plain(TypeKind::kBigint)),
                                               },
                                               {"object_id"});
  return kDesign;
}

const TableDesign& rejects_design() {
  static const TableDesign kDesign = own_table("rejects",
                                               {
                                                   required("reject_id", plain(TypeKind::kBigint)),
                                                   required("run_id", plain(TypeKind::kBigint)),
                                                   required("dataset", varchar(256)),
                                                   required("object_id", plain(TypeKind::kBigint)),
                                                   required("record", plain(TypeKind::kBigint)),
                                                   required("byte_offset", plain(TypeKind::kBigint)),
                                                   nullable("column_name", varchar(256)),
                                                   required("reason", varchar(1024)),
                                                   required("raw_text", varchar(65535)),
                                                   required("raw_encoding", varchar(16)),
                                                   required("raw_bytes", plain(TypeKind::kBigint)),
                                                   required("error_position", plain(TypeKind::kBigint)),
                                               },
                                               {"reject_id"});
  return kDesign;
}

const TableDesign& runs_design() {
  static const TableDesign kDesign = own_table("runs",
                                               {
                                                   required("run_id", plain(TypeKind::kBigint)),
                                                   required("started_at", plain(TypeKind::kTimestamp)),
                                                   required("finished_at", plain(TypeKind::kTimestamp)),
                                                   required("state", varchar(16)),
                                                   required("starlift_version", varchar(64)),
                                                   required("definition", varchar(64)),
                                                   required("objects", plain(TypeKind::kBigint)),
                                                   required("bytes", plain(TypeKind::kBigint)),
                                                   required("records", plain(TypeKind::kBigint)),
                                                   required("staged", plain(TypeKind::kBigint)),
                                                   required("rejected", plain(TypeKind::kBigint)),
                                                   required("peak_memory_bytes", plain(TypeKind::kBigint)),
                                                   nullable("error", varchar(65535)),
                                               },
                                               {"run_id"});
  return kDesign;
}

const TableDesign& steps_design() {
  static const TableDesign kDesign = own_table("steps",
                                               {
                                                   required("run_id", plain(TypeKind::kBigint)),
                                                   required("position", plain(TypeKind::kBigint)),
                                                   required("step", varchar(256)),
                                                   required("elapsed_s", plain(TypeKind::kDouble)),
                                                   required("objects", plain(TypeKind::kBigint)),
                                                   required("bytes", plain(TypeKind::kBigint)),
                                                   required("records", plain(TypeKind::kBigint)),
                                                   required("rejected", plain(TypeKind::kBigint)),
                                                   required("rows_written", plain(TypeKind::kBigint)),
                                               },
                                               {"run_id", "position"});
  return kDesign;
}

const TableDesign& checks_design() {
  static const TableDesign kDesign = own_table("checks",
                                               {
                                                   required("run_id", plain(TypeKind::kBigint)),
                                                   required("position", plain(TypeKind::kBigint)),
                                                   required("check_name", varchar(256)),
                                                   required("holds", plain(TypeKind::kBoolean)),
                                                   required("elapsed_s", plain(TypeKind::kDouble)),
                                               },
                                               {"run_id", "position"});
  return kDesign;
}

const TableDesign& tables_design() {
  static const TableDesign kDesign = own_table("tables",
                                               {
                                                   required("table_name", varchar(256)),
                                                   required("fingerprint", varchar(32)),
                                                   nullable("columns", varchar(65535)),
                                               },
                                               {"table_name"});
  return kDesign;
}

bool has_all_tables(const WarehouseDefinition& definition, Session& session) {
  std::vector<TableName> names;
  for (auto& design : all_designs(definition))
    names.push_back(std::move(design.name));
  return session.has_tables(names);
}

std::vector<std::string> missing_tables(const WarehouseDefinition& definition, Session& session) {
  std::vector<std::string> names;
  for (const auto& design : defined_designs(definition)) {
    if (!session.has_table(design.name)) names.push_back(to_string(design.name));
  }
  return names;
}

std::vector<std::string> create_statements(const WarehouseDefinition& definition, const Dialect& dialect) {
  std::vector<std::string> statements;
  for (const char* schema : {kStagingSchema, kOwnSchema}) {
    statements.push_back(fmt::format("create schema if not exists {}", quote_identifier(schema)));
  }
  for (const auto& design : all_designs(definition))
    for (auto& statement : create_table_statements(design, dialect))
      statements.push_back(std::move(statement));
  statements.push_back(note_schema_version_statement());
  return statements;
}

std::vector<std::string> drop_statements(const WarehouseDefinition& definition, const Dialect& dialect) {
  std::vector<std::string> statements;
  for (const auto& design : defined_designs(definition))
    statements.push_back(drop_table_sql(design.name, dialect));
  return {statements.rbegin(), statements.rend()};  // what refers goes before what it refers to
}

std::vector<std::string> forget_statements(const WarehouseDefinition& definition, const Dialect& dialect) {
  std::vector<std::string> datasets;
  for (const auto& dataset : definition.datasets)
    datasets.push_back(dataset.name);
  std::string objects = quote_table(objects_design().name);
  std::vector<std::string> statements = {forget_fingerprints_statement(definition, dialect)};
  statements.push_back(
      fmt::format("delete from {} where object_id in (select object_id from {} where dataset in {})",
                  quote_table(copied_objects_design().name), objects, literals(datasets, dialect)));
  for (const auto* design : {&rejects_design(), &objects_design()}) {
    statements.push_back(fmt::format("delete from {} where dataset in {}", quote_table(design->name),
                                     literals(datasets, dialect)));
  }
  for (const auto* design : {&checks_design(), &steps_design(), &runs_design()}) {
    statements.push_back(fmt::format("delete from {} where not exists (select 1 from {})",
                                     quote_table(design->name), objects));
  }
  return statements;
}

std::string forget_fingerprints_statement(const WarehouseDefinition& definition, const Dialect& dialect) {
  std::vector<std::string> names;
  for (const auto& design : defined_designs(definition))
    names.push_back(to_string(design.name));
  return fmt::format("delete from {} where table_name in {}", quote_table(tables_design().name),
                     literals(names, dialect));
}

std::string load_statement(const Model& model, const std::string& select, const Dialect& dialect) {
  std::string columns;
  for (const auto& column : model.columns) {
    columns += (columns.empty() ? "" : ", ") + quote_identifier(column.column.name);
  }
  return fmt::format("insert into {} ({})\n{}", quote_table(model_table(model)), columns,
                     dialect.render(select));
}

std::vector<Column> columns_of(const TableDesign& design) {
  std::vector<Column> columns;
  for (const auto& column : design.columns)
    columns.push_back(column.column);
  return columns;
}

}  // namespace starlift
