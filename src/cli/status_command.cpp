#include "cli/command.h"
#include "pipeline/status.h"
#include "report/status_report.h"

namespace starlift {

namespace {
constexpr int kMaxRuns = 5;
}

void add_status_command(Command program) {
  program.add_command("status", "Show the tables, what is loaded and the last runs")
      .runs([](CommandContext& context) {
        auto warehouse = context.open_to_read();
        Cancellation::Hook hook(context.cancellation, [&] { warehouse->interrupt(); });
        print_status(read_status(context.definition(), *warehouse, kMaxRuns), context.options.is_json,
                     stdout);
        return ExitCode::kDone;
      });
}

}  // namespace starlift
