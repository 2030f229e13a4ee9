#include <fmt/format.h>

#include "base/text.h"
#include "cli/answer.h"
#include "cli/command.h"
#include "pipeline/ask.h"
#include "report/plot.h"

namespace starlift {

namespace {

/// What is asked: SQL, and the saved query that holds it when it was asked for by name.
struct Question {
  std::string sql;
  const SavedQuery* saved = nullptr;
};

/// One word is a name; anything else is SQL.
Question read_question(CommandContext& context, const std::string& text) {
  const auto& definition = context.definition();
  if (const auto* saved = definition.find_query(text)) return {saved->sql, saved};
  if (trim(text).find_first_of(" \t\n(;") != text.npos) return {text};
  std::vector<std::string> names;
  for (const auto& query : definition.analytics)
    names.push_back(query.name);
  throw Error(ErrorKind::kUsage,
              fmt::format("'{}' is neither SQL nor a saved query{}", text, what_there_is(text, names)));
}

/// Returns the saved query's hint when it has one, else what the answer suggests.
ChartHint choose_chart(const Question& question, std::span<const ResultColumn> columns) {
  if (question.saved && question.saved->chart) {
    auto missing = find_missing_column(*question.saved->chart, columns);
    if (!missing) return *question.saved->chart;
    std::string place = fmt::format("{}:{}", question.saved->file, question.saved->chart->line);
    throw Error(ErrorKind::kDefinition,
                fmt::format("{}: the chart names the column {}, which is not in the answer", place, *missing))
        .at(place);
  }
  auto guess = guess_chart(columns);
  if (guess) return *guess;
  throw Error(
      ErrorKind::kUsage,
      "there is nothing to draw in this answer: it has no column of numbers beside one that names its rows. "
      "Ask for it without --plot, or select both; a saved query says how it is drawn in its header: "
      "chart = { kind = \"bar\", x = \"COLUMN\", y = [\"COLUMN\"] }");
}

void print_plot(const Question& question, Cursor& cursor) {
  ChartHint chart = choose_chart(question, cursor.columns());
  fmt::print("{}", plot(read_answer(cursor), chart, PlotStyle::of(stdout)));
}

/// How the answer is to look.
struct QueryFlags {
  std::string format = "table";
  bool is_plot = false;
};

ExitCode answer(CommandContext& context, const std::string& text, const QueryFlags& flags) {
  if (flags.is_plot && context.options.is_json)
    throw Error(ErrorKind::kUsage,
                "--plot draws for people and --json writes for programs; give one of them");
  auto format = parse_result_format(context.options.is_json ? "json" : flags.format);
  Question question = read_question(context, text);
  if (question.saved) context.say(question.saved->title);
  auto warehouse = context.open_to_read();
  Cancellation::Hook hook(context.cancellation, [&] { warehouse->interrupt(); });
  auto cursor = warehouse->query(warehouse->dialect().render(question.sql));
  if (flags.is_plot) {
    print_plot(question, *cursor);
  } else {
    print_answer(*cursor, *format);
  }
  return ExitCode::kDone;
}

}  // namespace

void add_query_command(Command program) {
  auto command = program.add_command("query", "Answer SQL, or a saved query by its name");
  auto& text = command.keep<std::string>();
  auto& flags = command.keep<QueryFlags>();
  command.add("sql", text, "SQL, or the name of a saved query (starlift queries lists them)").required();
  auto format = command.add("--format", flags.format, "How to print the answer")
                    .one_of({"table", "csv", "json", "markdown"});
  command.add("--plot", flags.is_plot, "Draw the answer as bars or a line").excludes(format);
  command.runs([&](CommandContext& context) { return answer(context, text, flags); });
}

}  // namespace starlift
