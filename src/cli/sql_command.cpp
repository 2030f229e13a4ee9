#include <fmt/format.h>

#include <utility>

#include "base/json_writer.h"
#include "cli/command.h"
#include "pipeline/table_sql.h"

namespace starlift {

namespace {

void print_json(const std::string& table, const Dialect& dialect, const std::vector<StatementGroup>& groups) {
  JsonWriter json;
  json.begin_object().member("table", table).member("engine", to_string(dialect.engine()));
  for (const auto& group : groups)
    json.members(group.name, group.statements);
  fmt::print("{}\n", json.end_object().text());
}

void print_text(const std::vector<StatementGroup>& groups) {
  const char* gap = "";
  for (const auto& group : groups) {
    fmt::print("{}-- {}\n", std::exchange(gap, "\n\n"), group.purpose);
    for (const auto& statement : group.statements)
      fmt::print("\n{};\n", statement);
  }
}

ExitCode show(CommandContext& context, const std::string& table, const std::string& engine_name) {
  const auto& definition = context.definition();
  const Dialect& dialect =
      Dialect::of(engine_name.empty() ? context.config().engine() : *parse_engine(engine_name));
  auto groups = table_sql(definition, table, dialect);
  if (groups.empty()) {
    throw Error(ErrorKind::kUsage, fmt::format("the definition has no table '{}'{}", table,
                                               what_there_is(table, table_names(definition))));
  }
  if (context.options.is_json) {
    print_json(table, dialect, groups);
  } else {
    print_text(groups);
  }
  return ExitCode::kDone;
}

}  // namespace

void add_sql_command(Command program) {
  auto command = program.add_command("sql", "Print the SQL that creates and loads one table");
  auto& table = command.keep<std::string>();
  auto& engine = command.keep<std::string>();
  command.add("table", table, "The table: users, staging.events ...").required();
  command.add("--engine", engine, "The engine to write for; dwh.cfg's when not given")
      .one_of({"duckdb", "postgres", "redshift"});
  command.runs([&](CommandContext& context) { return show(context, table, engine); });
}

}  // namespace starlift
