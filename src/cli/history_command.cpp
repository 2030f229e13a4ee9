#include <CLI/CLI.hpp>

#include "cli/answer.h"
#include "cli/command.h"
#include "pipeline/history.h"

namespace starlift {

namespace {

ExitCode show(CommandContext& context, int64_t run_id) {
  auto warehouse = context.open_to_read();
  Cancellation::Hook hook(context.cancellation, [&] { warehouse->interrupt(); });
  auto format = context.options.is_json ? ResultFormat::kJson : ResultFormat::kTable;
  auto cursor = run_id == 0 ? list_runs(*warehouse) : list_steps(*warehouse, run_id);
  if (cursor) print_answer(*cursor, format);
  if (!cursor) context.say("nothing ran yet");
  return ExitCode::kDone;
}

}  // namespace

void add_history_command(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("history", "List the runs, or the steps of one");
  auto run_id = std::make_shared<int64_t>(0);
  command->add_option("run", *run_id, "The run whose steps to show");
  command->callback(
      [&action, run_id] { action = [run_id](CommandContext& context) { return show(context, *run_id); }; });
}

}  // namespace starlift
