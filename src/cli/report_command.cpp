#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/output_file.h"
#include "pipeline/read_report.h"
#include "report/report_page.h"

namespace starlift {

namespace {

ExitCode write_report(CommandContext& context, const std::string& path) {
  auto warehouse = context.open_to_read();
  Cancellation::Hook hook(context.cancellation, [&] { warehouse->interrupt(); });
  write_output(path, report_page(read_report(context.definition(), *warehouse)));
  return ExitCode::kDone;
}

}  // namespace

void add_report_command(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand(
      "report", "Write one HTML page: the last run, the saved queries as charts, checks, tables, schema");
  auto path = std::make_shared<std::string>();
  command->add_option("-o,--output", *path, "The file to write; standard output when not given");
  command->callback(
      [&action, path] { action = [path](CommandContext& context) { return write_report(context, *path); }; });
}

}  // namespace starlift
