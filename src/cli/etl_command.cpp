#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "pipeline/etl.h"
#include "report/run_report.h"

namespace starlift {

namespace {

ExitCode dry_run(CommandContext& context, const RunOptions& options) {
  ConsoleProgress console(stderr, context.style());
  DryRun plan = plan_etl(context.definition(), context.config(), context.target(), options, console,
                         context.cancellation);
  print_run(plan.summary, context.options.is_json, stdout);
  if (!context.options.is_json) {
    for (const auto& statement : plan.statements)
      fmt::print("\n{};\n", statement);
  }
  return ExitCode::kDone;
}

ExitCode load(CommandContext& context, const RunOptions& options) {
  ConsoleProgress console(stderr, context.style());
  RunSummary summary = run_etl(context.definition(), context.config(), context.target(), options, console,
                               context.cancellation);
  print_run(summary, context.options.is_json, stdout);
  return ExitCode::kDone;
}

}  // namespace

void add_etl_command(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("etl", "Load what is new at the sources and bring the star up to date");
  auto is_dry = std::make_shared<bool>(false);
  auto options = std::make_shared<RunOptions>();
  command->add_flag("--dry-run", *is_dry,
                    "Show what would be loaded and the SQL that would run; change nothing");
  command->add_flag("--full-refresh", options->is_full_refresh,
                    "Remake every star table from all of staging");
  command->add_flag("--prune", options->prunes,
                    "Take out the rows of objects that are no longer at the source");
  command->callback([&action, is_dry, options] {
    action = [is_dry, options](CommandContext& context) {
      context.check_definition();
      context.warn_of_unknown_keys();
      return *is_dry ? dry_run(context, *options) : load(context, *options);
    };
  });
}

}  // namespace starlift
