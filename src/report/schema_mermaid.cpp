#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "report/schema_picture.h"

namespace starlift {

namespace {

/// Mermaid's types hold no comma: decimal(12,2) is decimal(12_2) there.
std::string type_in_mermaid(const ColumnType& type) {
  std::string text = to_string(type);
  std::replace(text.begin(), text.end(), ',', '_');
  return text;
}

/// Mermaid takes these words for the mark of a key, even where a name is due. A space without width in front
/// hides them from it, and shows the name as it is.
std::string name_in_mermaid(const std::string& name) {
  bool is_mark = name == "pk" || name == "fk" || name == "uk";
  return is_mark ? "\u200b" + name : name;
}

/// A comment is one line of Markdown between double quotes: what would be more than a character there becomes
/// one of Mermaid's entities, "#34;".
std::string comment_in_mermaid(std::string_view text) {
  auto is_in_word = [&](size_t at) {
    return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at]));
  };
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    bool is_special = std::string_view("\"#<&*").find(c) != std::string_view::npos ||
                      (c == '%' && text.substr(at).starts_with("%%")) ||
                      (c == '_' && !(at > 0 && is_in_word(at - 1) && is_in_word(at + 1)));
    if (is_special) {
      out += fmt::format("#{};", static_cast<int>(c));
    } else {
      out += c == '\n' ? ' ' : c;
    }
  }
  return out;
}

void write_table(const SchemaTable& table, std::string& out) {
  out += fmt::format("    \"{}\" {{\n", table.name);
  for (const auto& column : table.columns) {
    std::string marks = column.is_key       ? column.references ? " PK, FK" : " PK"
                        : column.references ? " FK"
                                            : "";
    std::string comment =
        column.description.empty() ? "" : fmt::format(" \"{}\"", comment_in_mermaid(column.description));
    out += fmt::format("        {} {}{}{}\n", type_in_mermaid(column.column.type),
                       name_in_mermaid(column.column.name), marks, comment);
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
