#include "cli/command.h"
#include "pipeline/trace.h"
#include "report/trace_report.h"

namespace starlift {

namespace {

struct TraceOptions {
  std::string table;
  std::vector<std::string> key;
  int limit = 10;
};

ExitCode trace(CommandContext& context, const TraceOptions& options) {
  auto warehouse = context.open_to_read();
  Cancellation::Hook hook(context.cancellation, [&] { warehouse->interrupt(); });
  TracedRow row = trace_row(context.definition(), *warehouse, options.table, options.key, options.limit);
  read_traced_records(row, context.definition(), context.config(), context.store_opener(), *warehouse,
                      context.cancellation);
  print_trace(row, context.options.is_json, stdout);
  return ExitCode::kDone;
}

}  // namespace

void add_trace_command(Command program) {
  auto command = program.add_command(
      "trace",
      "Show a star row, the records it was made from and where they are, read again from the source");
  auto& options = command.keep<TraceOptions>();
  command.add("table", options.table, "A star table").required();
  command.add("key", options.key, "The row's key: a value for each of its columns").required();
  command.add("--limit", options.limit, "Show so many records or rows of each table behind it")
      .shows_default()
      .positive();
  command.runs([&](CommandContext& context) { return trace(context, options); });
}

}  // namespace starlift
