#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "cli/command.h"
#include "pipeline/etl.h"
#include "report/run_report.h"

namespace starlift {

namespace {

ExitCode dry_run(CommandContext& context, const RunOptions& options) {
  print_run(plan_etl(context.definition(), context.config(), context.target(), options, context.progress(),
                     context.cancellation),
            context.options.is_json, stdout);
  return ExitCode::kDone;
}

/// What only this command takes.
struct EtlFlags {
  RunOptions run;
  bool is_dry = false;
  bool shows_stats = false;
  double wait_s = 0;
};

/// Shows the rows for which a run was rolled back; the warehouse does not hold them any more.
RunSummary run_and_show_failed_checks(CommandContext& context, const Target& target,
                                      const RunOptions& options) {
  try {
    return run_etl(context.definition(), context.config(), target, options, context.progress(),
                   context.cancellation);
  } catch (const ChecksFailed& failure) {
    context.tell_failed(failure.results());
    throw;
  }
}

ExitCode load(CommandContext& context, const EtlFlags& flags) {
  Target target = context.target();
  target.wait_s = flags.wait_s;
  RunSummary summary = run_and_show_failed_checks(context, target, flags.run);
  print_run(summary, context.options.is_json, stdout);
  if (flags.shows_stats && !context.options.is_json) print_stats(summary, stdout);
  bool is_complete =
      std::all_of(summary.datasets.begin(), summary.datasets.end(),
                  [](const DatasetSummary& dataset) { return dataset.objects_unreadable == 0; });
  ExitCode code = is_complete ? ExitCode::kDone : ExitCode::kIncomplete;
  context.tell_finished(summary, code);
  return code;
}

/// `--reload` alone names every dataset.
void check_reloads(const WarehouseDefinition& definition, bool reloads_all,
                   std::vector<std::string>& reloads) {
  std::vector<std::string> names;
  for (const auto& dataset : definition.datasets)
    names.push_back(dataset.name);
  if (reloads_all) reloads = names;
  for (const auto& name : reloads) {
    if (definition.find_dataset(name)) continue;
    throw Error(ErrorKind::kUsage,
                fmt::format("--reload {}: there is no such dataset{}", name, what_there_is(name, names)));
  }
}

}  // namespace

void add_etl_command(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("etl", "Load what is new at the sources and bring the star up to date");
  auto flags = std::make_shared<EtlFlags>();
  command->add_flag("--dry-run", flags->is_dry,
                    "Show what would be loaded and the SQL that would run; change nothing");
  command->add_flag("--full-refresh", flags->run.is_full_refresh,
                    "Remake every star table from all of staging");
  command->add_flag("--prune", flags->run.plan.prunes,
                    "Take out the rows of objects that are no longer at the source");
  command->add_flag("--keep-going", flags->run.plan.keeps_going,
                    "Leave objects that cannot be read for the next run, instead of failing");
  command
      ->add_option("--reload", flags->run.plan.reloads,
                   "Read every object of these datasets again; of all when none is named")
      ->expected(0, -1);
  command->add_option_function<std::string>(
      "--max-rejects",
      [flags](const std::string& text) {
        auto limit = parse_reject_limit(text);
        if (!limit)
          throw CLI::ValidationError("--max-rejects", text + " is neither a count nor a share such as 0.5%");
        flags->run.reject_limit = *limit;
      },
      "Roll back when more records are rejected: a count, or a share such as 0.5%");
  command
      ->add_option("--wait", flags->wait_s,
                   "Wait so many seconds for another process that holds the warehouse")
      ->check(CLI::NonNegativeNumber);
  const std::map<std::string, CheckMode> modes = {{"auto", CheckMode::kAuto},
                                                  {"enforce", CheckMode::kEnforce},
                                                  {"warn", CheckMode::kWarn},
                                                  {"off", CheckMode::kOff}};
  command
      ->add_option("--checks", flags->run.checks,
                   "What to do about the definition's checks: enforce rolls back when one fails, warn says "
                   "so; auto warns, "
                   "and leaves out those that would look through a large table")
      ->transform(CLI::CheckedTransformer(modes).description("auto|enforce|warn|off"))
      ->default_str("auto");
  command->add_flag("--stats", flags->shows_stats, "Show where the time went, step by step");
  command->callback([&action, flags, command] {
    bool reloads_all = command->count("--reload") > 0 && flags->run.plan.reloads.front().empty();
    action = [flags, reloads_all](CommandContext& context) {
      context.check_definition();
      context.warn_of_configuration();
      check_reloads(context.definition(), reloads_all, flags->run.plan.reloads);
      flags->run.plan.open_store = context.store_opener();
      return flags->is_dry ? dry_run(context, flags->run) : load(context, *flags);
    };
  });
}

}  // namespace starlift
