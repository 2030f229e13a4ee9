#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/answer.h"
#include "cli/command.h"

namespace starlift {

namespace {

/// Returns true when the query answers nothing; else prints what it answers.
bool holds(Session& session, const SavedQuery& check) {
  std::string sql = session.dialect().render(check.sql);
  if (!session.query(sql)->next()) {
    fmt::print("ok      {}\n", check.name);
    return true;
  }
  fmt::print("FAILED  {}{}\n\n", check.name, check.description.empty() ? "" : ": " + check.description);
  print_answer(*session.query(sql), ResultFormat::kTable);
  fmt::print("\n");
  return false;
}

ExitCode run_checks(CommandContext& context) {
  auto warehouse = context.open_to_read();
  Cancellation::Hook hook(context.cancellation, [&] { warehouse->interrupt(); });
  bool all_hold = true;
  for (const auto& check : context.definition().checks)
    all_hold = holds(*warehouse, check) && all_hold;
  return all_hold ? ExitCode::kDone : ExitCode::kDifferent;
}

}  // namespace

void add_check_command(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("check", "Run the definition's checks; each must answer no row");
  command->callback([&action] { action = run_checks; });
}

}  // namespace starlift
