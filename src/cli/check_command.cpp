#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/answer.h"
#include "cli/command.h"

namespace starlift {

namespace {

/// A check and the rows that it found wrong.
struct Outcome {
  const SavedQuery& check;
  ShownTable rows;

  bool holds() const { return rows.rows.empty(); }
};

void print_text(const Outcome& outcome) {
  const SavedQuery& check = outcome.check;
  if (outcome.holds()) {
    fmt::print("ok      {}\n", check.name);
    return;
  }
  fmt::print("FAILED  {}{}\n\n", check.name, check.description.empty() ? "" : ": " + check.description);
  outcome.rows.write(ResultFormat::kTable, stdout);
  fmt::print("\n");
}

void write_json(JsonWriter& json, const Outcome& outcome) {
  json.begin_object().member("check", outcome.check.name).member("holds", outcome.holds());
  outcome.rows.write(json.key("rows"));
  json.end_object();
}

ExitCode run_checks(CommandContext& context) {
  auto warehouse = context.open_to_read();
  Cancellation::Hook hook(context.cancellation, [&] { warehouse->interrupt(); });
  bool is_json = context.options.is_json, all_hold = true;
  JsonWriter json;
  json.begin_array();
  for (const auto& check : context.definition().checks) {
    Outcome outcome{check, read_answer(*warehouse->query(warehouse->dialect().render(check.sql)))};
    all_hold = all_hold && outcome.holds();
    if (is_json) {
      write_json(json, outcome);
    } else {
      print_text(outcome);
    }
  }
  if (is_json) fmt::print("{}\n", json.end_array().text());
  return all_hold ? ExitCode::kDone : ExitCode::kDifferent;
}

}  // namespace

void add_check_command(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("check", "Run the definition's checks; each must answer no row");
  command->callback([&action] { action = run_checks; });
}

}  // namespace starlift
