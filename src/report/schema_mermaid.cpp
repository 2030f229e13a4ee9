#include <fmt/format.h>

#include <algorithm>

#include "report/schema_picture.h"

namespace starlift {

namespace {

/// Mermaid's types hold no comma: decimal(12,2) is decimal(12_2) there.
std::string type_in_mermaid(const ColumnType& type) {
  std::string text = to_string(type);
  std::replace(text.begin(), text.end(), ',', '_');
  return text;
}

/// Mermaid knows no way to write a double quote in a comment, which is one line.
std::string comment_in_mermaid(std::string text) {
  std::replace(text.begin(), text.end(), '"', '\'');
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

void write_table(const SchemaTable& table, std::string& out) {
  out += fmt::format("    \"{}\" {{\n", table.name);
  for (const auto& column : table.columns) {
    std::string marks = column.is_key       ? column.references ? " PK, FK" : " PK"
                        : column.references ? " FK"
                                            : "";
    std::string comment =
        column.description.empty() ? "" : fmt::format(" \"{}\"", comment_in_mermaid(column.description));
    out += fmt::format("        {} {}{}{}\n", type_in_mermaid(column.column.type), column.column.name, marks,
                       comment);
  }
  out += "    }\n";
}

}  // namespace

std::string schema_mermaid(const Schema& schema) {
  std::string out = "erDiagram\n";
  for (const auto& table : schema.tables)
    write_table(table, out);
  for (const auto& table : schema.tables) {
    for (const auto& column : table.columns) {
      if (!column.references) continue;
      out +=
          fmt::format("    \"{}\" }}o--{} \"{}\" : \"{}\"\n", table.name,
                      column.column.is_nullable ? "o|" : "||", column.references->table, column.column.name);
    }
    for (const auto& origin : table.made_from)
      out += fmt::format("    \"{}\" }}o..o{{ \"{}\" : \"made from\"\n", table.name, origin);
  }
  return out;
}

}  // namespace starlift
