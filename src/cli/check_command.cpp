#include <fmt/format.h>

#include <algorithm>

#include "cli/command.h"
#include "pipeline/checks.h"
#include "report/check_report.h"

namespace starlift {

namespace {

/// Returns the check of that name alone, or all of them when none is named.
std::vector<Check> choose(std::vector<Check> checks, const std::string& name) {
  if (name.empty()) return checks;
  std::vector<std::string> names;
  for (const auto& check : checks) {
    if (check.name == name) return {check};
    names.push_back(check.name);
  }
  throw Error(ErrorKind::kUsage, fmt::format("there is no check '{}'{}", name, what_there_is(name, names)));
}

ExitCode check(CommandContext& context, const std::string& name) {
  auto warehouse = context.open_to_read();
  Cancellation::Hook hook(context.cancellation, [&] { warehouse->interrupt(); });
  auto results =
      run_checks(*warehouse, choose(list_checks(context.definition(), warehouse->dialect()), name));
  if (context.options.is_json) {
    JsonWriter json;
    write_checks(json, results);
    fmt::print("{}\n", json.text());
  } else {
    print_checks(results, stdout);
  }
  bool all_hold =
      std::all_of(results.begin(), results.end(), [](const auto& result) { return result.passed(); });
  return all_hold ? ExitCode::kDone : ExitCode::kDifferent;
}

}  // namespace

void add_check_command(Command program) {
  auto command =
      program.add_command("check", "Say whether what the definition declares holds, and show what breaks it");
  auto& name = command.keep<std::string>();
  command.add("check", name, "The check to run; all of them when not given");
  command.runs([&](CommandContext& context) { return check(context, name); });
}

}  // namespace starlift
