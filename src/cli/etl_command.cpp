#include <fmt/format.h>

#include <algorithm>

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
  std::string max_rejects;
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

RejectLimit read_reject_limit(const std::string& text) {
  if (auto limit = parse_reject_limit(text)) return *limit;
  throw Error(ErrorKind::kUsage,
              fmt::format("--max-rejects {} is neither a count nor a share such as 0.5%", text));
}

/// `--reload` alone holds one empty name, and means every dataset.
void check_reloads(const WarehouseDefinition& definition, std::vector<std::string>& reloads) {
  std::vector<std::string> names;
  for (const auto& dataset : definition.datasets)
    names.push_back(dataset.name);
  if (!reloads.empty() && reloads.front().empty()) reloads = names;
  for (const auto& name : reloads) {
    if (definition.find_dataset(name)) continue;
    throw Error(ErrorKind::kUsage,
                fmt::format("--reload {}: there is no such dataset{}", name, what_there_is(name, names)));
  }
}

}  // namespace

void add_etl_command(Command program) {
  auto command = program.add_command("etl", "Load what is new at the sources and bring the star up to date");
  auto& flags = command.keep<EtlFlags>();
  command.add("--dry-run", flags.is_dry,
              "Show what would be loaded and the SQL that would run; change nothing");
  command.add("--full-refresh", flags.run.is_full_refresh, "Remake every star table from all of staging");
  command.add("--prune", flags.run.plan.prunes,
              "Take out the rows of objects that are no longer at the source");
  command.add("--keep-going", flags.run.plan.keeps_going,
              "Leave objects that cannot be read for the next run, instead of failing");
  command
      .add("--reload", flags.run.plan.reloads,
           "Read every object of these datasets again; of all when none is named")
      .maybe_without_values();
  auto max_rejects =
      command.add("--max-rejects", flags.max_rejects,
                  "Roll back when more records are rejected: a count, or a share such as 0.5%");
  command.add("--wait", flags.wait_s, "Wait so many seconds for another process that holds the warehouse")
      .not_negative();
  command
      .add_choice<CheckMode>("--checks", flags.run.checks,
                             {{"auto", CheckMode::kAuto},
                              {"enforce", CheckMode::kEnforce},
                              {"warn", CheckMode::kWarn},
                              {"off", CheckMode::kOff}},
                             "What to do about the definition's checks: enforce rolls back when one fails, "
                             "warn says so; auto warns, and leaves out those that would look through a large "
                             "table")
      .shows_default("auto");
  command.add("--stats", flags.shows_stats, "Show where the time went, step by step");
  command.runs([&, max_rejects](CommandContext& context) {
    if (max_rejects.is_given()) flags.run.reject_limit = read_reject_limit(flags.max_rejects);
    context.check_definition();
    context.warn_of_configuration();
    check_reloads(context.definition(), flags.run.plan.reloads);
    flags.run.plan.open_store = context.store_opener();
    return flags.is_dry ? dry_run(context, flags.run) : load(context, flags);
  });
}

}  // namespace starlift
