#include "columns/column_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "base/text.h"

namespace starlift {

namespace {

constexpr int kMaxPrecision = 38;
constexpr int kMaxScale = 37;  // Redshift's
constexpr int kMaxVarcharBytes = 65535;

std::optional<int> parse_int(std::string_view text) {
  int value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<ColumnType> parse_with_arguments(std::string_view name, const std::vector<int>& arguments) {
  if (name == "varchar" && arguments.size() == 1 && arguments[0] >= 1 && arguments[0] <= kMaxVarcharBytes) {
    return ColumnType{.kind = TypeKind::kVarchar, .length_bytes = arguments[0]};
  }
  if (name == "decimal" && arguments.size() == 2 && arguments[0] >= 1 && arguments[0] <= kMaxPrecision &&
      arguments[1] >= 0 && arguments[1] <= std::min(arguments[0], kMaxScale)) {
    return ColumnType{.kind = TypeKind::kDecimal, .precision = arguments[0], .scale = arguments[1]};
  }
  return std::nullopt;
}

}  // namespace

std::optional<ColumnType> parse_column_type(std::string_view text) {
  std::string type = to_lower(trim(text));
  static constexpr std::pair<std::string_view, TypeKind> kPlain[] = {
      {"smallint", TypeKind::kSmallint},   {"integer", TypeKind::kInteger}, {"bigint", TypeKind::kBigint},
      {"double", TypeKind::kDouble},       {"boolean", TypeKind::kBoolean}, {"date", TypeKind::kDate},
      {"timestamp", TypeKind::kTimestamp},
  };
  for (auto [name, kind] : kPlain) {
    if (type == name) return ColumnType{.kind = kind};
  }
  size_t open = type.find('(');
  if (open == type.npos || type.back() != ')') return std::nullopt;
  std::vector<int> arguments;
  for (auto part : split(std::string_view(type).substr(open + 1, type.size() - open - 2), ',')) {
    auto argument = parse_int(trim(part));
    if (!argument) return std::nullopt;
    arguments.push_back(*argument);
  }
  return parse_with_arguments(trim(std::string_view(type).substr(0, open)), arguments);
}

std::string to_string(const ColumnType& type) {
  switch (type.kind) {
    case TypeKind::kSmallint:
      return "smallint";
    case TypeKind::kInteger:
      return "integer";
    case TypeKind::kBigint:
      return "bigint";
    case TypeKind::kDecimal:
      return fmt::format("decimal({},{})", type.precision, type.scale);
    case TypeKind::kDouble:
      return "double";
    case TypeKind::kBoolean:
      return "boolean";
    case TypeKind::kDate:
      return "date";
    case TypeKind::kTimestamp:
      return "timestamp";
    case TypeKind::kVarchar:
      return fmt::format("varchar({})", type.length_bytes);
  }
  return {};
}

std::string to_string(const TableName& table) {
  return table.schema.empty() ? table.name : table.schema + "." + table.name;
}

}  // namespace starlift
