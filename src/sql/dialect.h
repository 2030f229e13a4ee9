#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "columns/column_type.h"

namespace starlift {

enum class Engine { kDuckDb, kPostgres, kRedshift };

/// "duckdb", "postgres", "redshift"; case does not matter. Nothing when it is none of them.
std::optional<Engine> parse_engine(std::string_view name);
std::string_view to_string(Engine engine);

/// What the engines differ in; a row per engine in dialect.cpp.
struct DialectFacts;

/// How SQL is written for an engine. docs/portable_sql.md lists the portable functions.
class Dialect {
 public:
  /// The dialect of an engine; lives for ever.
  static const Dialect& of(Engine engine);

  Engine engine() const;

  /// Returns the engine's name of a type ("double precision", "varchar(1024)").
  std::string type_name(const ColumnType& type) const;

  /// Returns the type as a table's column declares it: type_name(), and for text the bytewise
  /// collation where the engine would take another.
  std::string column_type(const ColumnType& type) const;

  /// Returns the text as a literal, quotes included. Text holding NUL is refused with Error.
  std::string quote_literal(std::string_view text) const;

  /// Returns the statement by which the engine takes the rows of a load, in the order of `columns`. DuckDB
  /// pulls them from starlift's own table function, which knows the loads of a process by number; PostgreSQL
  /// is sent them; Redshift copies them from S3, where that stands in for what only dwh.cfg says.
  std::string bulk_load(const TableName& table, std::span<const Column> columns, int64_t load_number) const;

  /// Renders the portable functions of a definition's SQL (docs/portable_sql.md) for this engine;
  /// all else, comments and literals included, is left as it stands. Throws Error{kDefinition} that
  /// names the function when a call has another number of arguments or is never closed.
  std::string render(std::string_view portable_sql) const;

  /// Whether tables declare their keys: PostgreSQL keeps them, Redshift only plans with them.
  bool declares_keys() const;
  /// Whether keys are indexes that are kept row by row, which slow the load of a whole table down; such an
  /// engine also wants indexes for what is looked up, and plans by statistics that it is told to gather.
  bool keeps_indexes() const;
  /// Whether tables declare their references (Redshift plans with them). The table referred to
  /// must exist before, and goes only with `cascade`.
  bool declares_references() const;
  /// Whether tables declare how their rows are distributed over nodes, sorted and encoded.
  bool declares_distribution() const;

 private:
  explicit Dialect(const DialectFacts& facts) : facts_(facts) {}

  const DialectFacts& facts_;
};

/// Returns the name in double quotes. All names of a warehouse are quoted, reserved or not.
std::string quote_identifier(std::string_view name);
/// Returns the names as `"a", "b"`.
std::string quote_identifiers(std::span<const std::string> names, std::string_view separator = ", ");
/// Returns the columns' names as `"a", "b"`.
std::string quote_columns(std::span<const Column> columns);
/// Returns "schema"."name" or "name".
std::string quote_table(const TableName& table);

}  // namespace starlift
