#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <optional>

#include "cli/answer.h"
#include "cli/command.h"
#include "pipeline/history.h"

namespace starlift {

namespace {

using Kind = ShownColumn::Kind;

const KnownKinds kKinds = {
    {"elapsed_s", Kind::kSeconds}, {"objects", Kind::kCount},
    {"bytes", Kind::kBytes},       {"records", Kind::kCount},
    {"staged", Kind::kCount},      {"rejected", Kind::kCount},
    {"rows", Kind::kCount},        {"peak_memory_bytes", Kind::kBytes},
};

ExitCode show(CommandContext& context, std::optional<int64_t> run_id) {
  auto warehouse = context.open_to_read();
  Cancellation::Hook hook(context.cancellation, [&] { warehouse->interrupt(); });
  if (run_id) require_run(*warehouse, *run_id);
  auto cursor = run_id ? list_steps(*warehouse, *run_id) : list_runs(*warehouse);
  if (!cursor) {
    context.say("nothing ran yet");
  } else {
    print_answer(*cursor, context.options.is_json ? ResultFormat::kJson : ResultFormat::kTable, kKinds);
  }
  return ExitCode::kDone;
}

}  // namespace

void add_history_command(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("history", "List the runs, or the steps of one");
  auto run_id = std::make_shared<std::optional<int64_t>>();
  command->add_option("run", *run_id, "The run whose steps to show");
  command->callback(
      [&action, run_id] { action = [run_id](CommandContext& context) { return show(context, *run_id); }; });
}

}  // namespace starlift
