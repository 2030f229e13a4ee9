#include <fmt/format.h>

#include <string>

#include "base/json_writer.h"
#include "cli/command.h"
#include "cli/confirmation.h"
#include "pipeline/create_tables.h"
#include "pipeline/table_sql.h"

namespace starlift {

namespace {

ExitCode create(CommandContext& context, bool is_agreed) {
  context.check_definition();
  context.warn_of_configuration();
  auto warehouse = context.open_to_write();
  Cancellation::Hook hook(context.cancellation, [&] { warehouse->interrupt(); });
  int64_t rows = count_rows(context.definition(), *warehouse);
  if (rows > 0 && !is_agreed) {
    std::string what = fmt::format("{} holds {}, to be dropped by create-tables", warehouse->describe(),
                                   format_counted(rows, "row"));
    if (!confirm(what, context.cancellation)) {
      context.say("nothing was changed");
      return ExitCode::kFailed;
    }
  }
  context.cancellation.check();
  create_tables(context.definition(), *warehouse);
  context.say(fmt::format("created {} staging and {} star tables in {}", context.definition().datasets.size(),
                          context.definition().models.size(), warehouse->describe()));
  if (context.options.is_json) {
    JsonWriter json;
    json.begin_object().member("warehouse", warehouse->describe());
    json.members("tables", table_names(context.definition())).member("rows_dropped", rows);
    fmt::print("{}\n", json.end_object().text());
  }
  return ExitCode::kDone;
}

}  // namespace

void add_create_tables_command(Command program) {
  auto command = program.add_command(
      "create-tables", "Drop and create the tables of the definition; the next etl loads everything");
  auto& is_agreed = command.keep<bool>();
  command.add("-y,--yes", is_agreed, "Do not ask when the tables hold rows");
  command.runs([&](CommandContext& context) { return create(context, is_agreed); });
}

}  // namespace starlift
