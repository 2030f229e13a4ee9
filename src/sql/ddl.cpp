#include "sql/ddl.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"

namespace starlift {

namespace {

constexpr std::string_view kIndent = "    ";

/// A line of a column list, before its parts are aligned.
struct ColumnLine {
  std::string name;
  std::string type;
  std::string constraints;
};

std::string quote_list(const std::vector<std::string>& names) {
  return fmt::format("({})", quote_identifiers(names));
}

/// PostgreSQL cuts longer names.
constexpr size_t kMaxNameBytes = 63;

std::string name_with(std::string_view ending, std::string_view name) {
  return fmt::format("{}{}", utf8_prefix(name, kMaxNameBytes - ending.size()), ending);
}

/// PostgreSQL's own name for the key of a table.
std::string key_name(const TableDesign& table) {
  return quote_identifier(name_with("_pkey", table.name.name));
}

std::string index_name(const TableDesign& table, const std::string& column) {
  return name_with("_idx", table.name.name + "_" + column);
}

std::string create_index(const TableDesign& table, const std::string& column, std::string_view method) {
  return fmt::format("create index if not exists {} on {} using {} ({})",
                     quote_identifier(index_name(table, column)), quote_table(table.name), method,
                     quote_identifier(column));
}

std::vector<std::string> create_indexes(const TableDesign& table) {
  std::vector<std::string> statements;
  for (const auto& column : table.lookups)
    statements.push_back(create_index(table, column, "btree"));
  // A range of pages is told apart by its smallest and largest value: next to nothing to keep.
  if (!table.growing.empty())
    statements.push_back(create_index(table, table.growing, "brin") + " with (autosummarize = on)");
  return statements;
}

void append(std::vector<std::string>& statements, std::vector<std::string> more) {
  statements.insert(statements.end(), more.begin(), more.end());
}

ColumnLine column_line(const TableDesign::DesignColumn& design, const Dialect& dialect) {
  std::vector<std::string> constraints;
  if (dialect.declares_distribution() && !design.redshift_encoding.empty())
    constraints.push_back("encode " + design.redshift_encoding);
  if (!design.column.is_nullable) constraints.push_back("not null");
  if (design.reference && dialect.declares_references()) {
    constraints.push_back(fmt::format("references {} ({})", quote_table(design.reference->table),
                                      quote_identifier(design.reference->column)));
  }
  return {.name = quote_identifier(design.column.name),
          .type = dialect.column_type(design.column.type),
          .constraints = fmt::format("{}", fmt::join(constraints, " "))};
}

/// Returns the lines between the parentheses, in columns.
std::vector<std::string> aligned(const std::vector<ColumnLine>& columns) {
  size_t name_width = 0;
  size_t type_width = 0;
  for (const ColumnLine& column : columns) {
    name_width = std::max(name_width, column.name.size());
    type_width = std::max(type_width, column.type.size());
  }
  std::vector<std::string> lines;
  for (const ColumnLine& column : columns) {
    size_t width = column.constraints.empty() ? 0 : type_width + 1;
    lines.push_back(
        fmt::format("{:{}} {:{}}{}", column.name, name_width, column.type, width, column.constraints));
  }
  return lines;
}

/// Returns Redshift's table attributes, a line each: how rows are distributed and sorted.
std::string distribution(const TableDesign& table) {
  std::string style = table.redshift_distribution.empty() ? "auto" : table.redshift_distribution;
  std::string sql;
  if (style.starts_with("key(") && style.ends_with(")")) {
    std::string_view column = trim(std::string_view(style).substr(4, style.size() - 5));
    sql = fmt::format("\ndiststyle key\ndistkey ({})", quote_identifier(column));
  } else {
    sql = fmt::format("\ndiststyle {}", style);
  }
  if (!table.redshift_sort_key.empty()) sql += "\nsortkey " + quote_list(table.redshift_sort_key);
  return sql;
}

}  // namespace

std::string create_table_sql(const TableDesign& table, const Dialect& dialect) {
  std::vector<ColumnLine> columns;
  for (const auto& design : table.columns)
    columns.push_back(column_line(design, dialect));
  std::vector<std::string> lines = aligned(columns);
  bool has_key = !table.key.empty() && (dialect.keeps_indexes() || table.has_redshift_primary_key);
  if (dialect.declares_keys() && has_key) lines.push_back("primary key " + quote_list(table.key));

  std::string sql = fmt::format("create table if not exists {} (\n{}{}\n)", quote_table(table.name), kIndent,
                                fmt::join(lines, fmt::format(",\n{}", kIndent)));
  if (dialect.declares_distribution()) sql += distribution(table);
  return sql;
}

std::vector<std::string> create_table_statements(const TableDesign& table, const Dialect& dialect) {
  std::vector<std::string> statements = {create_table_sql(table, dialect)};
  if (dialect.keeps_indexes()) append(statements, create_indexes(table));
  return statements;
}

std::vector<std::string> drop_indexes_statements(const TableDesign& table, const Dialect& dialect) {
  std::vector<std::string> statements;
  if (!dialect.keeps_indexes()) return statements;
  if (!table.key.empty()) {
    statements.push_back(
        fmt::format("alter table {} drop constraint if exists {}", quote_table(table.name), key_name(table)));
  }
  auto indexed = table.lookups;
  if (!table.growing.empty()) indexed.push_back(table.growing);
  for (const auto& column : indexed) {
    statements.push_back("drop index if exists " +
                         quote_table({table.name.schema, index_name(table, column)}));
  }
  return statements;
}

std::vector<std::string> add_indexes_statements(const TableDesign& table, const Dialect& dialect) {
  std::vector<std::string> statements;
  if (!dialect.keeps_indexes()) return statements;
  if (!table.key.empty()) {
    statements.push_back(fmt::format("alter table {} add constraint {} primary key {}",
                                     quote_table(table.name), key_name(table), quote_list(table.key)));
  }
  append(statements, create_indexes(table));
  return statements;
}

std::vector<std::string> statistics_statements(const TableDesign& table, const Dialect& dialect) {
  if (!dialect.keeps_indexes()) return {};
  return {"analyze " + quote_table(table.name)};
}

std::string drop_table_sql(const TableName& table, const Dialect& dialect) {
  std::string_view rest = dialect.declares_references() ? " cascade" : "";
  return fmt::format("drop table if exists {}{}", quote_table(table), rest);
}

}  // namespace starlift
