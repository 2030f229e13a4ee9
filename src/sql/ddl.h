#pragma once

#include <optional>
#include <string>
#include <vector>

#include "columns/column_type.h"
#include "sql/dialect.h"

namespace starlift {

/// A reference from a column to a column of another table.
struct Reference {
  TableName table;
  std::string column;
};

/// A table as DDL needs it.
struct TableDesign {
  TableName name;
  struct DesignColumn {
    Column column;
    std::optional<Reference> reference = {};
    std::string redshift_encoding = {};  ///< "az64"; empty leaves it to the cluster
  };
  std::vector<DesignColumn> columns;
  std::vector<std::string> key = {};      ///< unique together; empty when the table has none
  std::vector<std::string> lookups = {};  ///< columns whose rows are looked up by value, besides the key
  std::string growing = {};  ///< a column whose values grow with every load; empty when none does
  std::string redshift_distribution = {};  ///< "auto", "even", "all" or "key(column)"; empty is auto
  std::vector<std::string> redshift_sort_key = {};
  bool has_redshift_primary_key = true;
};

/// Returns `create table if not exists ...`, readable, without a final semicolon.
/// Keys are declared where the engine uses them without cost or harm: PRIMARY KEY on PostgreSQL and
/// (informational) on Redshift, unless the design says otherwise; DuckDB gets none, since its index slows
/// every load down. References are declared on Redshift only: there the table referred to must exist before,
/// with that column as its key.
std::string create_table_sql(const TableDesign& table, const Dialect& dialect);

/// Returns create_table_sql() and, where the engine keeps indexes, those of the lookups and of the growing
/// column. What is there already stays.
std::vector<std::string> create_table_statements(const TableDesign& table, const Dialect& dialect);

/// Return what takes the key and all indexes off a table, so that all its rows are written at the speed of a
/// table without any, and what puts them back. Nothing where no indexes are kept.
std::vector<std::string> drop_indexes_statements(const TableDesign& table, const Dialect& dialect);
std::vector<std::string> add_indexes_statements(const TableDesign& table, const Dialect& dialect);

/// Returns what tells a planner that chooses between indexes of a table that was filled; else nothing.
std::vector<std::string> statistics_statements(const TableDesign& table, const Dialect& dialect);

/// Returns `drop table if exists ...`; where references are declared it ends in `cascade`, which
/// drops the references of other tables to it, and views over it.
std::string drop_table_sql(const TableName& table, const Dialect& dialect);

}  // namespace starlift
