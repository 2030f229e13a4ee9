#include "pipeline/declared_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "pipeline/tables.h"

namespace starlift {

namespace {

std::string quoted_list(const std::vector<std::string>& names, const char* separator = ", ") {
  std::vector<std::string> quoted;
  for (const auto& name : names)
    quoted.push_back(quote_identifier(name));
  return fmt::format("{}", fmt::join(quoted, separator));
}

Check key_check(const Model& model) {
  bool is_one = model.key.size() == 1;
  return {.name = fmt::format("{}.key", model.name),
          .says = fmt::format("{} {} in {}", fmt::join(model.key, ", "),
                              is_one ? "is unique" : "are unique together", model.name),
          .sql = fmt::format(
              "select {0}, count(*) as copies\nfrom {1}\ngroup by {0}\nhaving count(*) > 1\norder by {0}",
              quoted_list(model.key), quote_table(model_table(model)))};
}

/// The key's columns are among them, so there is always one.
Check required_check(const Model& model) {
  std::vector<std::string> names;
  for (const auto& column : model.columns) {
    if (!column.column.is_nullable) names.push_back(column.column.name);
  }
  return {.name = fmt::format("{}.required", model.name),
          .says = fmt::format("{} {} a value in every row of {}", fmt::join(names, ", "),
                              names.size() == 1 ? "has" : "have", model.name),
          .sql = fmt::format("select *\nfrom {}\nwhere {} is null", quote_table(model_table(model)),
                             quoted_list(names, " is null or "))};
}

Check reference_check(const Model& model, const ModelColumn& column) {
  return {.name = fmt::format("{}.{}.references", model.name, column.column.name),
          .says = fmt::format("every {} of {} is in {}", column.column.name, model.name,
                              column.references->model),
          .sql = fmt::format(
              "select referring.{0}, count(*) as row_count\nfrom {1} as referring\n"
              "where referring.{0} is not null\n"
              "    and not exists (select 1 from {2} as referred where referred.{3} = referring.{0})\n"
              "group by referring.{0}\norder by referring.{0}",
              quote_identifier(column.column.name), quote_table(model_table(model)),
              quote_table({"", column.references->model}), quote_identifier(column.references->column))};
}

Check accepted_check(const Model& model, const ModelColumn& column, const Dialect& dialect) {
  bool is_text = column.column.type.kind == TypeKind::kVarchar;
  std::vector<std::string> literals;
  for (const auto& value : column.accepted)
    literals.push_back(is_text ? dialect.quote_literal(value) : value);
  return {.name = fmt::format("{}.{}.accepted", model.name, column.column.name),
          .says = fmt::format("{} of {} is one of {}", column.column.name, model.name,
                              fmt::join(column.accepted, ", ")),
          .sql = fmt::format("select {0}, count(*) as row_count\nfrom {1}\nwhere {0} not in ({2})\n"
                             "group by {0}\norder by {0}",
                             quote_identifier(column.column.name), quote_table(model_table(model)),
                             fmt::join(literals, ", "))};
}

Check row_count_check(const Model& model) {
  return {.name = fmt::format("{}.rows", model.name),
          .says = fmt::format("{} has as many rows as [rows] equal counts", model.name),
          .sql = fmt::format("select expected.row_count as expected, found.row_count as found\n"
                             "from (select count(*) as row_count from {}) as found\n"
                             "cross join (\n{}\n) as expected(row_count)\n"
                             "where expected.row_count <> found.row_count",
                             quote_table(model_table(model)), model.rows->select)};
}

}  // namespace

std::vector<Check> declared_checks(const Model& model, const Dialect& dialect) {
  std::vector<Check> checks = {key_check(model), required_check(model)};
  for (const auto& column : model.columns) {
    if (column.references) checks.push_back(reference_check(model, column));
    if (!column.accepted.empty()) checks.push_back(accepted_check(model, column, dialect));
  }
  if (model.rows) checks.push_back(row_count_check(model));
  for (auto& check : checks)
    check.file = model.file;
  return checks;
}

}  // namespace starlift
