#include "pipeline/declared_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "pipeline/tables.h"

namespace starlift {

Check key_check(const Model& model, const std::string& rows) {
  bool is_one = model.key.size() == 1;
  return {.name = fmt::format("{}.key", model.name),
          .says = fmt::format("{} {} in {}", fmt::join(model.key, ", "),
                              is_one ? "is unique" : "are unique together", model.name),
          .sql = fmt::format("select {0}, count(*) as copies\nfrom {1} as checked\ngroup by {0}\nhaving "
                             "count(*) > 1\norder by {0}",
                             quote_identifiers(model.key), rows),
          .file = model.file};
}

/// The key's columns are among them, so there is always one.
Check required_check(const Model& model, const std::string& rows) {
  std::vector<std::string> names;
  for (const auto& column : model.columns) {
    if (!column.column.is_nullable) names.push_back(column.column.name);
  }
  return {.name = fmt::format("{}.required", model.name),
          .says = fmt::format("{} {} a value in every row of {}", fmt::join(names, ", "),
                              names.size() == 1 ? "has" : "have", model.name),
          .sql = fmt::format("select *\nfrom {} as checked\nwhere {} is null", rows,
                             quote_identifiers(names, " is null or ")),
          .file = model.file};
}

Check reference_check(const Model& model, const ModelColumn& column, const std::string& rows,
                      const std::string& referred) {
  return {
      .name = fmt::format("{}.{}.references", model.name, column.column.name),
      .says =
          fmt::format("every {} of {} is in {}", column.column.name, model.name, column.references->model),
      .sql = fmt::format(
          "select referring.{0}, count(*) as row_count\nfrom {1} as referring\n"
          "where referring.{0} is not null\n"
          "    and not exists (select 1 from {2} as referred where referred.{3} = referring.{0})\n"
          "group by referring.{0}\norder by referring.{0}",
          quote_identifier(column.column.name), rows, referred, quote_identifier(column.references->column)),
      .file = model.file};
}

Check accepted_check(const Model& model, const ModelColumn& column, const std::string& rows,
                     const Dialect& dialect) {
  bool is_text = column.column.type.kind == TypeKind::kVarchar;
  std::vector<std::string> literals;
  for (const auto& value : column.accepted)
    literals.push_back(is_text ? dialect.quote_literal(value) : value);
  return {
      .name = fmt::format("{}.{}.accepted", model.name, column.column.name),
      .says = fmt::format("{} of {} is one of {}", column.column.name, model.name,
                          fmt::join(column.accepted, ", ")),
      .sql = fmt::format("select {0}, count(*) as row_count\nfrom {1} as checked\nwhere {0} not in ({2})\n"
                         "group by {0}\norder by {0}",
                         quote_identifier(column.column.name), rows, fmt::join(literals, ", ")),
      .file = model.file};
}

Check row_count_check(const Model& model, const std::string& rows, const std::string& expected) {
  return {.name = fmt::format("{}.rows", model.name),
          .says = fmt::format("{} has as many rows as [rows] equal counts", model.name),
          .sql = fmt::format("select expected.row_count as expected, found.row_count as found\n"
                             "from (select count(*) as row_count from {} as checked) as found\n"
                             "cross join (\n{}\n) as expected(row_count)\n"
                             "where expected.row_count <> found.row_count",
                             rows, expected),
          .file = model.file};
}

std::vector<Check> declared_checks(const Model& model, const Dialect& dialect) {
  std::string rows = quote_table(model_table(model));
  std::vector<Check> checks = {key_check(model, rows), required_check(model, rows)};
  for (const auto& column : model.columns) {
    if (column.references)
      checks.push_back(reference_check(model, column, rows, quote_table({"", column.references->model})));
    if (!column.accepted.empty()) checks.push_back(accepted_check(model, column, rows, dialect));
  }
  if (model.rows) checks.push_back(row_count_check(model, rows, model.rows->select));
  return checks;
}

}  // namespace starlift
