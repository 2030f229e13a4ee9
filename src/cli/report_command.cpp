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

void add_report_command(Command program) {
  auto command = program.add_command(
      "report", "Write one HTML page: the last run, the saved queries as charts, checks, tables, schema");
  auto& path = command.keep<std::string>();
  command.add("-o,--output", path, "The file to write; standard output when not given");
  command.runs([&](CommandContext& context) { return write_report(context, path); });
}

}  // namespace starlift
