#include <fmt/format.h>

#include "base/json_writer.h"
#include "cli/command.h"
#include "doctor/doctor.h"
#include "report/text_width.h"

namespace starlift {

namespace {

const char* word_for(Finding::State state) {
  switch (state) {
    case Finding::State::kFine:
      return "ok";
    case Finding::State::kFailed:
      return "FAILED";
    case Finding::State::kSkipped:
      break;
  }
  return "skipped";
}

void print_json(const Examination& examination) {
  JsonWriter json;
  json.begin_object().member("is_healthy", examination.is_healthy()).key("checks").begin_array();
  for (const auto& finding : examination.findings()) {
    json.begin_object().member("check", finding.check).member("state", to_lower(word_for(finding.state)));
    json.member("text", finding.text).end_object();
  }
  fmt::print("{}\n", json.end_array().end_object().text());
}

ExitCode run_doctor(CommandContext& context) {
  Examination::Listener listener;
  if (!context.options.is_json) {
    listener = [](const Finding& finding) {
      fmt::print("{:<8} {:<16} {}\n", word_for(finding.state), finding.check, printable_lines(finding.text));
      std::fflush(stdout);
    };
  }
  Examination examination(std::move(listener));
  examine({.config = [&]() -> const Config& { return context.config(); },
           .definition = [&]() -> const WarehouseDefinition& { return context.definition(); },
           .engine =
               [&] { return context.options.database.empty() ? context.config().engine() : Engine::kDuckDb; },
           .open_store = [&] { return context.store_opener(); },
           .target = [&] { return context.target(); },
           .environment = process_environment(),
           .cancellation = context.cancellation},
          examination);
  if (context.options.is_json) print_json(examination);
  return examination.is_healthy() ? ExitCode::kDone : ExitCode::kDifferent;
}

}  // namespace

void add_doctor_command(Command program) {
  program.add_command("doctor", "Check everything that a first load needs, and say what to do")
      .runs(run_doctor);
}

}  // namespace starlift
