#include "sql/dialect.h"

#include <fmt/format.h>

#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "sql/copy_statement.h"
#include "sql/portable_functions.h"

namespace starlift {

struct DialectFacts {
  Engine engine;
  std::string_view name;
  std::string_view double_type;
  std::string_view varchar_type;  ///< {} is the declared length
  std::string_view collation;     ///< makes the order of a text column bytewise
  /// {table}, its {columns}, and the {number} of the load in this process; empty: a COPY from S3
  std::string_view bulk_load;
  bool backslash_escapes;  ///< a backslash in a literal escapes what follows it
  bool declares_keys;
  bool keeps_indexes;
  bool declares_references;
  bool declares_distribution;
};

namespace {

// DuckDB ignores a text's length, and its keys are indexes that slow every load down. PostgreSQL
// counts characters where we count bytes: n characters always hold n bytes.
constexpr DialectFacts kFacts[] = {
    {
        .engine = Engine::kDuckDb,
        .name = "duckdb",
        .double_type = "double",
        .varchar_type = "varchar",
        .collation = "",
        .bulk_load = "insert into {table} ({columns}) select * from starlift_feed({number})",
        .backslash_escapes = false,
        .declares_keys = false,
        .keeps_indexes = false,
        .declares_references = false,
        .declares_distribution = false,
    },
    {
        .engine = Engine::kPostgres,
        .name = "postgres",
        .double_type = "double precision",
        .varchar_type = "varchar({})",
        .collation = R"( collate "C")",
        .bulk_load = "copy {table} ({columns}) from stdin with (format binary)",
        .backslash_escapes = false,
        .declares_keys = true,
        .keeps_indexes = true,
        .declares_references = false,
        .declares_distribution = false,
    },
    {
        .engine = Engine::kRedshift,
        .name = "redshift",
        .double_type = "double precision",
        .varchar_type = "varchar({})",
        .collation = "",
        .bulk_load = "",
        .backslash_escapes = true,
        .declares_keys = true,
        .keeps_indexes = false,
        .declares_references = true,
        .declares_distribution = true,
    },
};

std::string doubled(std::string_view text, char quote) {
  std::string result;
  for (char c : text) {
    if (c == quote) result += c;
    result += c;
  }
  return result;
}

}  // namespace

std::optional<Engine> parse_engine(std::string_view name) {
  for (const DialectFacts& facts : kFacts) {
    if (to_lower(name) == facts.name) return facts.engine;
  }
  return std::nullopt;
}

std::string_view to_string(Engine engine) {
  return kFacts[static_cast<size_t>(engine)].name;
}

const Dialect& Dialect::of(Engine engine) {
  static const Dialect kDialects[] = {Dialect(kFacts[0]), Dialect(kFacts[1]), Dialect(kFacts[2])};
  return kDialects[static_cast<size_t>(engine)];
}

Engine Dialect::engine() const {
  return facts_.engine;
}
bool Dialect::declares_keys() const {
  return facts_.declares_keys;
}
bool Dialect::keeps_indexes() const {
  return facts_.keeps_indexes;
}
bool Dialect::declares_references() const {
  return facts_.declares_references;
}
bool Dialect::declares_distribution() const {
  return facts_.declares_distribution;
}

std::string Dialect::type_name(const ColumnType& type) const {
  switch (type.kind) {
    case TypeKind::kDouble:
      return std::string(facts_.double_type);
    case TypeKind::kVarchar:
      return fmt::format(fmt::runtime(facts_.varchar_type), type.length_bytes);
    default:
      return starlift::to_string(type);
  }
}

std::string Dialect::column_type(const ColumnType& type) const {
  std::string name = type_name(type);
  if (type.kind == TypeKind::kVarchar) name += facts_.collation;
  return name;
}

std::string Dialect::quote_literal(std::string_view text) const {
  if (text.find('\0') != text.npos) {
    throw Error(ErrorKind::kWarehouse, "a text with a NUL character cannot be written in SQL");
  }
  std::string escaped = doubled(text, '\'');
  if (facts_.backslash_escapes) escaped = doubled(escaped, '\\');
  return "'" + escaped + "'";
}

std::string Dialect::bulk_load(const TableName& table, std::span<const Column> columns,
                               int64_t load_number) const {
  if (facts_.bulk_load.empty()) {
    return copy_sql({.table = table,
                     .columns = columns,
                     .manifest_url = fmt::format("[S3] STAGING/{}-{}/manifest", load_number, table.name),
                     .iam_role = "[IAM_ROLE] ARN",
                     .compression = "zstd"});
  }
  return fmt::format(fmt::runtime(facts_.bulk_load), fmt::arg("table", quote_table(table)),
                     fmt::arg("columns", quote_columns(columns)), fmt::arg("number", load_number));
}

std::string Dialect::render(std::string_view portable_sql) const {
  return render_portable_functions(portable_sql, facts_.engine);
}

std::string quote_identifier(std::string_view name) {
  return "\"" + doubled(name, '"') + "\"";
}

std::string quote_identifiers(std::span<const std::string> names, std::string_view separator) {
  std::string list;
  for (const auto& name : names) {
    if (!list.empty()) list += separator;
    list += quote_identifier(name);
  }
  return list;
}

std::string quote_columns(std::span<const Column> columns) {
  std::vector<std::string> names;
  for (const auto& column : columns)
    names.push_back(column.name);
  return quote_identifiers(names);
}

std::string quote_table(const TableName& table) {
  std::string name = quote_identifier(table.name);
  return table.schema.empty() ? name : quote_identifier(table.schema) + "." + name;
}

}  // namespace starlift
