#include "project/staging_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "project/column_entry.h"
#include "project/encodings.h"
#include "project/names.h"

namespace starlift {

namespace {

const std::string kFileKeys[] = {"description", "source", "jsonpaths", "objects", "columns", "redshift"};
const std::string kColumnKeys[] = {"name", "field", "type", "unit", "required", "description"};
const std::string kRedshiftKeys[] = {"encoding"};

/// Returns true for what an environment variable's name can hold, since every key can come from there.
bool is_config_name(std::string_view name) {
  auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), is_allowed);
}

ConfigKey read_config_key(const PlacedText& text) {
  auto parts = split(text.text, '.');
  if (parts.size() != 2 || !is_config_name(parts[0]) || !is_config_name(parts[1])) {
    throw refusal(
        text.place,
        fmt::format("\"{}\" names no key of dwh.cfg; write SECTION.KEY, as in \"S3.ORDER_DATA\"", text.text));
  }
  return {std::string(parts[0]), std::string(parts[1])};
}

FieldPath read_field(const PlacedText& text) {
  auto path = parse_field_path(text.text);
  if (!path) {
    throw refusal(
        text.place,
        fmt::format("\"{}\" is no path to a field; write \"a\", \"a.b\", \"a[0].b\" or \"$['a']['b']\"",
                    text.text));
  }
  return *path;
}

TimeUnit read_unit(const PlacedText& text) {
  static constexpr std::pair<std::string_view, TimeUnit> kUnits[] = {
      {"s", TimeUnit::kSeconds},
      {"ms", TimeUnit::kMilliseconds},
      {"us", TimeUnit::kMicroseconds},
      {"iso8601", TimeUnit::kIso8601},
  };
  for (auto [name, unit] : kUnits) {
    if (text.text == name) return unit;
  }
  throw refusal(text.place, fmt::format("unknown unit \"{}\"; write s, ms, us or iso8601", text.text));
}

/// Reads whether objects are immutable.
bool read_objects(const PlacedText& text) {
  if (text.text == "immutable") return true;
  if (text.text == "changing") return false;
  throw refusal(text.place,
                fmt::format("\"{}\" is nothing that objects can be; write \"immutable\", when they "
                            "never change and never go, or \"changing\"",
                            text.text));
}

StagingColumn read_staging_column(const TomlTable& entry) {
  entry.allow_only(kColumnKeys);
  StagingColumn column;
  column.column = read_column(entry);
  auto name = entry.text("name");
  if (name.text.starts_with('_')) {
    throw refusal(
        name.place,
        fmt::format("column \"{}\" begins with _, which is kept for starlift's own columns of staging tables",
                    name.text));
  }
  column.field = read_field(entry.find_text("field").value_or(name));
  if (auto description = entry.find_text("description")) column.description = description->text;

  auto unit = entry.find_text("unit");
  bool is_timestamp = column.column.type.kind == TypeKind::kTimestamp;
  if (unit && !is_timestamp) {
    throw refusal(unit->place, fmt::format("column \"{}\" is no timestamp and has no \"unit\"", name.text));
  }
  if (!unit && is_timestamp) {
    throw refusal(name.place,
                  fmt::format("timestamp column \"{}\" needs a \"unit\": s, ms, us or iso8601", name.text));
  }
  if (unit) column.unit = read_unit(*unit);
  return column;
}

void read_redshift(const TomlTable& table, Dataset& dataset) {
  table.allow_only(kRedshiftKeys);
  std::vector<Column> columns;
  for (const auto& column : dataset.columns)
    columns.push_back(column.column);
  auto encodings = read_encodings(table, columns);
  for (auto& column : dataset.columns)
    column.redshift_encoding = encodings[column.column.name];
}

}  // namespace

Dataset read_staging_file(const DefinitionFile& file) {
  auto toml = TomlTable::parse(file.text, {file.path, 1});
  toml.allow_only(kFileKeys);
  Dataset dataset;
  dataset.name = defined_name(file);
  dataset.description = toml.text("description").text;
  dataset.source = read_config_key(toml.text("source"));
  if (auto key = toml.find_text("jsonpaths")) dataset.jsonpaths = read_config_key(*key);
  if (auto objects = toml.find_text("objects")) dataset.has_immutable_objects = read_objects(*objects);
  auto entries = toml.tables("columns");
  for (const auto& entry : entries)
    dataset.columns.push_back(read_staging_column(entry));
  refuse_duplicate_columns(entries);
  if (auto redshift = toml.find_table("redshift")) read_redshift(*redshift, dataset);
  dataset.file = file.path;
  return dataset;
}

}  // namespace starlift
