#include "project/model_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "project/column_entry.h"
#include "project/encodings.h"
#include "project/incremental.h"
#include "project/lineage.h"
#include "project/names.h"
#include "project/sql_file.h"

namespace starlift {

namespace {

const std::string kFileKeys[] = {"description", "kind", "key",         "columns",
                                 "redshift",    "rows", "incremental", "lineage"};
const std::string kColumnKeys[] = {"name", "type", "required", "references", "accepted", "description"};
const std::string kRowsKeys[] = {"equal"};
const std::string kRedshiftKeys[] = {"distribution", "sort_key", "primary_key", "encoding"};

ModelKind read_kind(const PlacedText& text) {
  if (text.text == "fact") return ModelKind::kFact;
  if (text.text == "dimension") return ModelKind::kDimension;
  throw refusal(text.place, fmt::format("unknown kind \"{}\"; write fact or dimension", text.text));
}

ModelColumn::Target read_target(const PlacedText& text) {
  auto parts = split(text.text, '.');
  if (parts.size() != 2 || !is_table_name(parts[0]) || !is_column_name(parts[1])) {
    throw refusal(text.place, fmt::format("\"{}\" references nothing; write MODEL.COLUMN", text.text));
  }
  return {std::string(parts[0]), std::string(parts[1])};
}

void add_distinct(const PlacedText& name, std::vector<std::string>& names, std::string_view role) {
  if (std::find(names.begin(), names.end(), name.text) != names.end()) {
    throw refusal(name.place, fmt::format("{} names \"{}\" twice", role, name.text));
  }
  names.push_back(name.text);
}

/// A value that a column may have, as text.
PlacedText as_text(const PlacedInteger& integer) {
  return {std::to_string(integer.value), integer.place};
}

std::vector<std::string> read_accepted(const TomlTable& entry, const Column& column) {
  constexpr const char* kKey = "accepted";
  std::vector<PlacedText> values;
  switch (column.type.kind) {
    case TypeKind::kVarchar:
      values = entry.find_texts(kKey);
      break;
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
      for (const auto& integer : entry.find_integers(kKey))
        values.push_back(as_text(integer));
      break;
    default:
      if (entry.has(kKey)) {
        throw refusal(entry.place(),
                      fmt::format("\"accepted\" is for varchar and whole numbers; column \"{}\" is {}",
                                  column.name, to_string(column.type)));
      }
  }
  std::vector<std::string> accepted;
  for (const auto& value : values)
    add_distinct(value, accepted, kKey);
  return accepted;
}

void read_columns(const TomlTable& header, ModelFile& file) {
  auto entries = header.tables("columns");
  for (const auto& entry : entries) {
    entry.allow_only(kColumnKeys);
    ModelColumn column;
    column.column = read_column(entry);
    if (auto description = entry.find_text("description")) column.description = description->text;
    if (auto target = entry.find_text("references")) {
      column.references = read_target(*target);
      file.references.push_back({*column.references, target->place});
    }
    column.accepted = read_accepted(entry, column.column);
    file.model.columns.push_back(std::move(column));
  }
  refuse_duplicate_columns(entries);
}

/// Returns the declared column that `name` stands for in `role` ("key", "sort_key", ...).
const Column& declared_column(const PlacedText& name, const Model& model, std::string_view role) {
  std::vector<std::string> names;
  for (const auto& column : model.columns) {
    if (column.column.name == name.text) return column.column;
    names.push_back(column.column.name);
  }
  throw refusal(name.place, fmt::format("{} names \"{}\", which is none of the columns{}", role, name.text,
                                        suggestion(name.text, names)));
}

void read_key(const TomlTable& header, Model& model) {
  for (const auto& name : header.texts("key")) {
    if (declared_column(name, model, "key").is_nullable) {
      throw refusal(name.place,
                    fmt::format("key column \"{}\" may be null; add required = true to it", name.text));
    }
    add_distinct(name, model.key, "key");
  }
}

/// Returns the distribution in the form that Model has.
std::string read_distribution(const PlacedText& text, const Model& model) {
  auto style = to_lower(trim(text.text));
  if (style == "auto" || style == "even" || style == "all") return style;
  size_t open = style.find('(');
  if (open == style.npos || trim(style.substr(0, open)) != "key" || style.back() != ')') {
    throw refusal(text.place, fmt::format("unknown distribution \"{}\"; write auto, even, all or key(COLUMN)",
                                          text.text));
  }
  auto column = trim(std::string_view(style).substr(open + 1, style.size() - open - 2));
  return fmt::format("key({})",
                     declared_column({std::string(column), text.place}, model, "distribution").name);
}

void read_redshift(const TomlTable& table, Model& model) {
  table.allow_only(kRedshiftKeys);
  if (auto distribution = table.find_text("distribution")) {
    model.redshift_distribution = read_distribution(*distribution, model);
  }
  for (const auto& name : table.find_texts("sort_key")) {
    declared_column(name, model, "sort_key");
    add_distinct(name, model.redshift_sort_key, "sort_key");
  }
  model.has_redshift_primary_key = !table.has("primary_key") || table.flag("primary_key");
  std::vector<Column> columns;
  for (const auto& column : model.columns)
    columns.push_back(column.column);
  auto encodings = read_encodings(table, columns);
  for (auto& column : model.columns)
    column.redshift_encoding = encodings[column.column.name];
}

void read_rows(const TomlTable& table, ModelFile& file) {
  table.allow_only(kRowsKeys);
  auto select = table.text("equal");
  file.model.rows = RowCount{.select = select.text, .select_line = select.place.line};
  file.row_count_tables = find_table_references(select.text, select.place);
}

}  // namespace

ModelFile read_model_file(const DefinitionFile& file) {
  auto sql = read_sql_file(file);
  sql.header.allow_only(kFileKeys);
  ModelFile read;
  Model& model = read.model;
  model.name = defined_name(file);
  model.description = sql.header.text("description").text;
  model.kind = read_kind(sql.header.text("kind"));
  read_columns(sql.header, read);
  read_key(sql.header, model);
  model.redshift_distribution = "auto";
  if (auto redshift = sql.header.find_table("redshift")) read_redshift(*redshift, model);
  if (auto rows = sql.header.find_table("rows")) read_rows(*rows, read);
  if (auto incremental = sql.header.find_table("incremental")) {
    model.incremental = read_incremental(*incremental, model);
    read.incremental_place = incremental->place();
  }
  if (auto lineage = sql.header.find_table("lineage")) model.lineage = read_lineage(*lineage);
  model.select = std::move(sql.select);
  model.select_line = sql.select_place.line;
  model.file = file.path;
  read.tables = find_table_references(model.select, sql.select_place);
  return read;
}

}  // namespace starlift
