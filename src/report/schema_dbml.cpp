#include <fmt/format.h>
#include <fmt/ranges.h>

#include "report/schema_picture.h"

namespace starlift {

namespace {

/// A string of DBML on one line.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out + "'";
}

void write_column(const SchemaColumn& column, bool is_whole_key, std::string& out) {
  std::vector<std::string> settings;
  if (is_whole_key) settings.emplace_back("pk");
  if (!column.column.is_nullable) settings.emplace_back("not null");
  if (!column.description.empty()) settings.push_back("note: " + quoted(column.description));
  out += fmt::format("  {} {}", column.column.name, to_string(column.column.type));
  if (!settings.empty()) out += fmt::format(" [{}]", fmt::join(settings, ", "));
  out += '\n';
}

void write_table(const SchemaTable& table, std::string& out) {
  out += fmt::format("Table {} {{\n", table.name);
  for (const auto& column : table.columns)
    write_column(column, column.is_key && table.key.size() == 1, out);
  if (table.key.size() > 1) {
    out += fmt::format("\n  indexes {{\n    ({}) [pk]\n  }}\n", fmt::join(table.key, ", "));
  }
  out += fmt::format("\n  Note: {}\n}}\n\n", quoted(table.description));
}

void write_group(const Schema& schema, const char* name, bool is_staging, std::string& out) {
  out += fmt::format("TableGroup {} {{\n", name);
  for (const auto& table : schema.tables) {
    if ((table.kind == SchemaTable::Kind::kStaging) == is_staging) out += fmt::format("  {}\n", table.name);
  }
  out += "}\n";
}

}  // namespace

std::string schema_dbml(const Schema& schema) {
  std::string out = fmt::format("Project {} {{\n  Note: {}\n}}\n\n", schema.name, quoted(schema.description));
  for (const auto& table : schema.tables)
    write_table(table, out);
  for (const auto& table : schema.tables) {
    for (const auto& column : table.columns) {
      if (!column.references) continue;
      out += fmt::format("Ref: {}.{} > {}.{}\n", table.name, column.column.name, column.references->table,
                         column.references->column);
    }
  }
  out += '\n';
  write_group(schema, "star", false, out);
  write_group(schema, "staging_tables", true, out);
  return out;
}

}  // namespace starlift
