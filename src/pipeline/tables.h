#pragma once

#include <string>
#include <vector>

#include "project/definition.h"
#include "sql/ddl.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Schema of the staging tables.
inline constexpr const char* kStagingSchema = "staging";
/// Schema of starlift's own tables: ledger, rejects, runs.
inline constexpr const char* kOwnSchema = "starlift";

/// The lineage columns that end every staging table: the ledger's object and the record's number in it.
inline constexpr const char* kObjectIdColumn = "_object_id";
inline constexpr const char* kRecordColumn = "_record";

TableName staging_table(const Dataset& dataset);
TableName model_table(const Model& model);

/// The table of a dataset: its columns, then the lineage columns.
TableDesign staging_design(const Dataset& dataset);
TableDesign model_design(const Model& model, const WarehouseDefinition& definition);

/// starlift's own tables. docs/ledger.md explains their columns.
const TableDesign& objects_design();
const TableDesign& copied_objects_design();
const TableDesign& rejects_design();
const TableDesign& runs_design();
const TableDesign& steps_design();
const TableDesign& checks_design();
const TableDesign& tables_design();

/// Returns true when the warehouse has every table that `create_statements` makes.
bool has_all_tables(const WarehouseDefinition& definition, Session& session);

/// Returns the names of the definition's tables that the warehouse lacks.
std::vector<std::string> missing_tables(const WarehouseDefinition& definition, Session& session);

/// Creates what is missing: schemas, starlift's own tables, staging and star tables.
std::vector<std::string> create_statements(const WarehouseDefinition& definition, const Dialect& dialect);

/// Drops the staging and star tables of the definition.
std::vector<std::string> drop_statements(const WarehouseDefinition& definition, const Dialect& dialect);

/// Takes the definition's datasets out of the ledger, their rejects and fingerprints with them; other
/// definitions may share the warehouse. The runs go when nothing that they loaded is left.
std::vector<std::string> forget_statements(const WarehouseDefinition& definition, const Dialect& dialect);

/// Deletes the fingerprints of the definition's tables.
std::string forget_fingerprints_statement(const WarehouseDefinition& definition, const Dialect& dialect);

/// The statement that adds the rows of a SELECT, the model's own or a restricted form of it, to its table.
std::string load_statement(const Model& model, const std::string& select, const Dialect& dialect);

/// The columns of a design, without their references.
std::vector<Column> columns_of(const TableDesign& design);

}  // namespace starlift
