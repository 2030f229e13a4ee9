#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace starlift {

/// The types a definition may declare. Every engine has each of them, with the same values.
enum class TypeKind {
  kSmallint,  ///< 16 bits, signed
  kInteger,   ///< 32 bits, signed
  kBigint,    ///< 64 bits, signed
  kDecimal,   ///< exact, `precision` digits of which `scale` after the point
  kDouble,    ///< IEEE 754 binary64, finite
  kBoolean,
  kDate,       ///< a day of the proleptic Gregorian calendar, years 1 to 9999
  kTimestamp,  ///< UTC without zone, microseconds, years 1 to 9999
  kVarchar,    ///< UTF-8 without NUL, at most `length_bytes` bytes
};

/// A declared type with its parameters.
struct ColumnType {
  TypeKind kind = TypeKind::kVarchar;
  int precision = 0;     ///< decimal only: 1 to 38
  int scale = 0;         ///< decimal only: 0 to precision, at most 37
  int length_bytes = 0;  ///< varchar only: 1 to 65535, Redshift's limit

  bool operator==(const ColumnType&) const = default;

  bool is_number() const { return kind <= TypeKind::kDouble; }
};

/// Reads "smallint", "integer", "bigint", "decimal(p,s)", "double", "boolean", "date", "timestamp"
/// or "varchar(n)"; case and blanks do not matter. Returns nothing when it is none of these.
std::optional<ColumnType> parse_column_type(std::string_view text);

/// Returns the type as a definition writes it.
std::string to_string(const ColumnType& type);

/// What a number or text in JSON means where a timestamp is declared.
enum class TimeUnit {
  kSeconds,  ///< since 1970-01-01 UTC; a fraction keeps microseconds
  kMilliseconds,
  kMicroseconds,
  kIso8601,  ///< text: "2018-11-01T21:01:46.796Z"; without zone it is UTC
};

/// A column of a table.
struct Column {
  std::string name;
  ColumnType type;
  bool is_nullable = true;
};

/// A table's name in a warehouse; an empty schema is the engine's default one.
struct TableName {
  std::string schema;
  std::string name;

  bool operator==(const TableName&) const = default;
};

/// Returns "schema.name", or "name" in the default schema.
std::string to_string(const TableName& table);

}  // namespace starlift
