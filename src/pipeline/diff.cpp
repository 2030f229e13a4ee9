#include "pipeline/diff.h"

#include <fmt/format.h>

#include <charconv>
#include <compare>
#include <string_view>

#include "pipeline/tables.h"

namespace starlift {

namespace {

using Row = std::vector<std::optional<std::string>>;

/// What is compared of a table: the columns and the relation that has them.
struct Comparison {
  std::string name;
  std::vector<Column> columns;
  std::string relation;
};

/// Ends every text when texts are put in order: Redshift sees no blanks at the end of one.
constexpr std::string_view kTextEnd = "|";

/// The columns as both sides order their rows by them, text in byte order.
std::string order_list(const std::vector<Column>& columns) {
  std::string list;
  for (const auto& column : columns) {
    bool is_text = column.type.kind == TypeKind::kVarchar;
    list += fmt::format("{}{}{} nulls last", list.empty() ? "" : ", ", quote_identifier(column.name),
                        is_text ? fmt::format(" || '{}'", kTextEnd) : "");
  }
  return list;
}

Comparison of_staging(const Dataset& dataset) {
  Comparison comparison{.name = to_string(staging_table(dataset))};
  for (const auto& column : dataset.columns)
    comparison.columns.push_back(column.column);
  std::string staged = quote_columns(comparison.columns);
  comparison.columns.push_back({"_key", {.kind = TypeKind::kVarchar}});
  comparison.columns.push_back({kRecordColumn, {.kind = TypeKind::kBigint}});
  comparison.relation =
      fmt::format("(select {}, o.\"key\" as _key, {} from {} as s join {} as o on o.object_id = s.{}) as t",
                  staged, quote_identifier(kRecordColumn), quote_table(staging_table(dataset)),
                  quote_table(objects_design().name), quote_identifier(kObjectIdColumn));
  return comparison;
}

Comparison of_model(const Model& model) {
  Comparison comparison{.name = model.name, .relation = quote_table(model_table(model))};
  for (const auto& column : model.columns)
    comparison.columns.push_back(column.column);
  return comparison;
}

/// The rows of one side, in the order of all their columns.
class SortedRows {
 public:
  SortedRows(Session& session, const Comparison& comparison)
      : row_(comparison.columns.size()),
        cursor_(session.query(fmt::format("select {} from {} order by {}", quote_columns(comparison.columns),
                                          comparison.relation, order_list(comparison.columns)))) {
    step();
  }

  bool is_at_end() const { return is_at_end_; }
  const Row& row() const { return row_; }
  uint64_t count() const { return count_; }

  void step() {
    is_at_end_ = !cursor_->next();
    if (is_at_end_) return;
    ++count_;
    for (size_t i = 0; i < row_.size(); ++i)
      row_[i] = cursor_->text(i);
  }

 private:
  Row row_;
  std::unique_ptr<Cursor> cursor_;
  uint64_t count_ = 0;
  bool is_at_end_ = false;
};

template <typename Number>
Number parse(const std::string& text) {
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// Orders two cells as order_list() has them: numbers by value, text by bytes, null last.
std::weak_ordering compare_cells(const std::optional<std::string>& left,
                                 const std::optional<std::string>& right, TypeKind kind) {
  if (!left || !right) return !left <=> !right;
  auto by_value = std::weak_ordering::equivalent;
  switch (kind) {
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
      by_value = parse<int64_t>(*left) <=> parse<int64_t>(*right);
      break;
    case TypeKind::kDouble:
    case TypeKind::kDecimal:
      by_value = std::weak_order(parse<double>(*left), parse<double>(*right));
      break;
    case TypeKind::kVarchar:
      by_value = fmt::format("{}{}", *left, kTextEnd) <=> fmt::format("{}{}", *right, kTextEnd);
      break;
    default:
      break;
  }
  // Decimals that a double cannot tell apart still differ.
  return std::is_neq(by_value) ? by_value : *left <=> *right;
}

std::weak_ordering compare_rows(const Row& left, const Row& right, const std::vector<Column>& columns) {
  for (size_t i = 0; i < columns.size(); ++i) {
    auto order = compare_cells(left[i], right[i], columns[i].type.kind);
    if (std::is_neq(order)) return order;
  }
  return std::weak_ordering::equivalent;
}

TableDiff diff_table(const Comparison& comparison, Session& left_session, Session& right_session,
                     size_t max_rows) {
  TableDiff diff{.name = comparison.name};
  for (const auto& column : comparison.columns)
    diff.columns.push_back(column.name);
  SortedRows left(left_session, comparison), right(right_session, comparison);
  auto keep = [&](bool is_in_left, const Row& row) {
    ++diff.differing_rows;
    if (diff.first_rows.size() < max_rows) diff.first_rows.push_back({is_in_left, row});
  };
  while (!left.is_at_end() || !right.is_at_end()) {
    auto order = left.is_at_end()    ? std::weak_ordering::greater
                 : right.is_at_end() ? std::weak_ordering::less
                                     : compare_rows(left.row(), right.row(), comparison.columns);
    if (std::is_lt(order)) keep(true, left.row());
    if (std::is_gt(order)) keep(false, right.row());
    bool steps_left = std::is_lteq(order), steps_right = std::is_gteq(order);
    if (steps_left) left.step();
    if (steps_right) right.step();
  }
  diff.left_rows = left.count();
  diff.right_rows = right.count();
  return diff;
}

}  // namespace

std::vector<TableDiff> diff_warehouses(const WarehouseDefinition& definition, Session& left, Session& right,
                                       size_t max_rows) {
  std::vector<TableDiff> diffs;
  for (const auto& dataset : definition.datasets) {
    diffs.push_back(diff_table(of_staging(dataset), left, right, max_rows));
  }
  for (const auto& model : definition.models)
    diffs.push_back(diff_table(of_model(model), left, right, max_rows));
  return diffs;
}

}  // namespace starlift
