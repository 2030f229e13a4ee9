#include <fmt/format.h>

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
    {"checks", Kind::kCount},      {"checks_failed", Kind::kCount},
};

ExitCode show(CommandContext& context, std::optional<int64_t> run_id, bool shows_checks) {
  auto warehouse = context.open_to_read();
  Cancellation::Hook hook(context.cancellation, [&] { warehouse->interrupt(); });
  if (run_id) require_run(*warehouse, *run_id);
  auto cursor = !run_id        ? list_runs(*warehouse)
                : shows_checks ? list_run_checks(*warehouse, *run_id)
                               : list_steps(*warehouse, *run_id);
  if (!cursor) {
    context.say("nothing ran yet");
  } else {
    print_answer(*cursor, context.options.is_json ? ResultFormat::kJson : ResultFormat::kTable, kKinds);
  }
  return ExitCode::kDone;
}

}  // namespace

void add_history_command(Command program) {
  auto command = program.add_command("history", "List the runs, or the steps or checks of one");
  auto& run_id = command.keep<std::optional<int64_t>>();
  auto& shows_checks = command.keep<bool>();
  auto run = command.add("run", run_id, "The run whose steps to show");
  command.add("--checks", shows_checks, "Its checks instead of its steps").needs(run);
  command.runs([&](CommandContext& context) { return show(context, run_id, shows_checks); });
}

}  // namespace starlift
