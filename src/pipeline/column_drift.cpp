#include "pipeline/column_drift.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "columns/time_unit.h"

namespace starlift {

namespace {

constexpr const char* kRequired = "required";

/// A line of a description.
struct DescribedColumn {
  std::string source;  ///< the path, and the unit of a timestamp
  std::string type;
  bool is_required = false;
};

std::map<std::string, DescribedColumn> parse(std::string_view description) {
  std::map<std::string, DescribedColumn> columns;
  for (auto line : split(description, '\n')) {
    auto parts = split(line, '\t');
    if (parts.size() != 4) continue;
    columns[std::string(parts[0])] = {std::string(parts[1]), std::string(parts[2]), parts[3] == kRequired};
  }
  return columns;
}

/// Returns true when every value of `before` is one of `after`, read from the same JSON.
bool is_widened(const ColumnType& before, const ColumnType& after) {
  auto is_integer = [](TypeKind kind) { return kind <= TypeKind::kBigint; };
  if (is_integer(before.kind) && is_integer(after.kind)) return before.kind <= after.kind;
  if (before.kind != after.kind || before.scale != after.scale) return false;
  return before.precision <= after.precision && before.length_bytes <= after.length_bytes;
}

void compare_column(const std::string& name, const DescribedColumn& before, const DescribedColumn& after,
                    ColumnDrift& drift) {
  auto note = [&](bool relaxes, const std::string& change) {
    drift.changes.push_back(fmt::format("{}: {}", name, change));
    drift.is_relaxation = drift.is_relaxation && relaxes;
  };
  if (before.source != after.source)
    note(false, fmt::format("it is read from {} instead of {}", after.source, before.source));
  if (before.type != after.type) {
    auto from = parse_column_type(before.type), to = parse_column_type(after.type);
    note(from && to && is_widened(*from, *to), fmt::format("{} is now {}", before.type, after.type));
  }
  if (before.is_required != after.is_required)
    note(before.is_required, after.is_required ? "it is now required" : "it is no longer required");
}

}  // namespace

std::string describe_columns(std::span<const FieldSpec> fields) {
  std::string description;
  for (const auto& field : fields) {
    std::string unit =
        field.column.type.kind == TypeKind::kTimestamp ? fmt::format(" {}", to_string(field.unit)) : "";
    description += fmt::format("{}\t{}{}\t{}\t{}\n", field.column.name, to_string(field.path), unit,
                               to_string(field.column.type), field.column.is_nullable ? "" : kRequired);
  }
  return description;
}

ColumnDrift compare_columns(std::string_view before, std::string_view after) {
  auto old_columns = parse(before), new_columns = parse(after);
  ColumnDrift drift;
  for (const auto& [name, column] : old_columns) {
    auto found = new_columns.find(name);
    if (found != new_columns.end()) {
      compare_column(name, column, found->second, drift);
    } else {
      drift.changes.push_back(name + ": it went");
      drift.is_relaxation = false;
    }
  }
  for (const auto& [name, column] : new_columns) {
    if (old_columns.contains(name)) continue;
    drift.changes.push_back(name + ": it is new");
    drift.is_relaxation = false;
  }
  return drift;
}

}  // namespace starlift
