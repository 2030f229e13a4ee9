#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"
#include "pipeline/diff.h"
#include "report/result_writer.h"

namespace starlift {

namespace {

constexpr size_t kShownRows = 5;

ShownTable counts_table(const std::vector<TableDiff>& diffs) {
  using Kind = ShownColumn::Kind;
  ShownTable table{
      {{"table"}, {"left_rows", Kind::kCount}, {"right_rows", Kind::kCount}, {"differing", Kind::kCount}},
      {}};
  for (const auto& diff : diffs) {
    table.rows.push_back({diff.name, std::to_string(diff.left_rows), std::to_string(diff.right_rows),
                          std::to_string(diff.differing_rows)});
  }
  return table;
}

void print_rows(const TableDiff& diff) {
  ShownTable table{{{"only in"}}, {}};
  for (const auto& column : diff.columns)
    table.columns.push_back({column});
  for (const auto& row : diff.first_rows) {
    auto& shown = table.rows.emplace_back();
    shown.push_back(row.is_in_left ? "left" : "right");
    shown.insert(shown.end(), row.cells.begin(), row.cells.end());
  }
  fmt::print("\n{}: the first of {}\n\n", diff.name, format_counted(diff.differing_rows, "differing row"));
  table.write(ResultFormat::kTable, stdout);
}

/// A side is a DuckDB file, or what a dwh.cfg says.
Target side(CommandContext& context, const std::string& path) {
  return path.ends_with(".cfg") ? context.target_of(read_config(path)) : duckdb_target(path);
}

ExitCode compare(CommandContext& context, const std::string& left_path, const std::string& right_path) {
  auto open = [&](const std::string& path) {
    Target target = side(context, path);
    target.options = context.open_options();
    auto warehouse = open_target_to_read(target, context.cancellation);
    if (!warehouse) {
      throw Error(ErrorKind::kConfiguration,
                  fmt::format("{} names {}, where no warehouse is", path, target.path));
    }
    return warehouse;
  };
  auto left = open(left_path);
  auto right = open(right_path);
  Cancellation::Hook hook(context.cancellation, [&] {
    left->interrupt();
    right->interrupt();
  });
  auto diffs = diff_warehouses(context.definition(), *left, *right, kShownRows);
  counts_table(diffs).write(context.options.is_json ? ResultFormat::kJson : ResultFormat::kTable, stdout);
  bool is_equal = true;
  for (const auto& diff : diffs) {
    is_equal = is_equal && diff.is_equal();
    if (!diff.is_equal() && !context.options.is_json) print_rows(diff);
  }
  return is_equal ? ExitCode::kDone : ExitCode::kDifferent;
}

}  // namespace

void add_diff_command(Command program) {
  auto command = program.add_command("diff", "Compare two warehouses table by table, row for row");
  auto& left = command.keep<std::string>();
  auto& right = command.keep<std::string>();
  command.add("left", left, "A DuckDB file, or a configuration (*.cfg) for its warehouse")
      .required()
      .existing_file();
  command.add("right", right, "Another one").required().existing_file();
  command.runs([&](CommandContext& context) { return compare(context, left, right); });
}

}  // namespace starlift
