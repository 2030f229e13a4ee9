#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "cli/command.h"
#include "pipeline/tables.h"

namespace starlift {

namespace {

ExitCode show(CommandContext& context, const std::string& table, const std::string& engine_name) {
  const auto& definition = context.definition();
  const Dialect& dialect =
      Dialect::of(engine_name.empty() ? context.config().engine() : *parse_engine(engine_name));
  std::vector<std::string> names;
  for (const auto& dataset : definition.datasets) {
    names.push_back(to_string(staging_table(dataset)));
    if (table == names.back()) {
      fmt::print("{};\n", create_table_sql(staging_design(dataset), dialect));
      return ExitCode::kDone;
    }
  }
  for (const auto& model : definition.models)
    names.push_back(model.name);
  if (const auto* model = definition.find_model(table)) {
    fmt::print("{};\n\n{};\n", create_table_sql(model_design(*model, definition), dialect),
               load_statement(*model, model->select, dialect));
    return ExitCode::kDone;
  }
  auto nearest = nearest_name(table, names);
  throw Error(ErrorKind::kUsage, fmt::format("the definition has no table '{}'{}; there are: {}", table,
                                             nearest ? fmt::format(" (did you mean {}?)", *nearest) : "",
                                             fmt::join(names, ", ")));
}

}  // namespace

void add_sql_command(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("sql", "Print the SQL that creates and loads one table");
  auto table = std::make_shared<std::string>();
  auto engine = std::make_shared<std::string>();
  command->add_option("table", *table, "The table: users, staging.events ...")->required();
  command->add_option("--engine", *engine, "The engine to write for; dwh.cfg's when not given")
      ->check(CLI::IsMember({"duckdb", "postgres", "redshift"}));
  command->callback([&action, table, engine] {
    action = [table, engine](CommandContext& context) { return show(context, *table, *engine); };
  });
}

}  // namespace starlift
