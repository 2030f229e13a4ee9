#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/answer.h"
#include "cli/command.h"
#include "pipeline/rejects.h"

namespace starlift {

namespace {

ExitCode list(CommandContext& context, const std::string& dataset, int limit) {
  auto warehouse = context.open_to_read();
  Cancellation::Hook hook(context.cancellation, [&] { warehouse->interrupt(); });
  auto cursor = list_rejects(*warehouse, dataset, limit);
  if (!cursor) {
    context.say("nothing was loaded yet, so nothing was rejected");
    return ExitCode::kDone;
  }
  print_answer(*cursor, context.options.is_json ? ResultFormat::kJson : ResultFormat::kTable);
  return ExitCode::kDone;
}

}  // namespace

void add_rejects_command(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("rejects", "List the records that could not be loaded, and why");
  auto dataset = std::make_shared<std::string>();
  auto limit = std::make_shared<int>(100);
  command->add_option("--dataset", *dataset, "Only those of one dataset");
  command->add_option("--limit", *limit, "At most so many, the newest first; 0 lists all")
      ->check(CLI::NonNegativeNumber);
  command->callback([&action, dataset, limit] {
    action = [dataset, limit](CommandContext& context) { return list(context, *dataset, *limit); };
  });
}

}  // namespace starlift
