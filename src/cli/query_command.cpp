#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.h"
#include "cli/answer.h"
#include "cli/command.h"

namespace starlift {

namespace {

const SavedQuery* find_query(const WarehouseDefinition& definition, const std::string& name) {
  auto found = std::find_if(definition.analytics.begin(), definition.analytics.end(),
                            [&](const SavedQuery& query) { return query.name == name; });
  return found == definition.analytics.end() ? nullptr : &*found;
}

/// One word is a name; anything else is SQL.
std::string sql_of(CommandContext& context, const std::string& text) {
  const auto& definition = context.definition();
  if (const auto* saved = find_query(definition, text)) {
    context.say(saved->title);
    return saved->sql;
  }
  if (trim(text).find_first_of(" \t\n(;") != text.npos) return text;
  std::vector<std::string> names;
  for (const auto& query : definition.analytics)
    names.push_back(query.name);
  throw Error(ErrorKind::kUsage,
              fmt::format("'{}' is neither SQL nor a saved query{}", text, what_there_is(text, names)));
}

ExitCode answer(CommandContext& context, const std::string& text, const std::string& format_name) {
  auto format = parse_result_format(context.options.is_json ? "json" : format_name);
  std::string sql = sql_of(context, text);
  auto warehouse = context.open_to_read();
  Cancellation::Hook hook(context.cancellation, [&] { warehouse->interrupt(); });
  print_answer(*warehouse->query(warehouse->dialect().render(sql)), *format);
  return ExitCode::kDone;
}

}  // namespace

void add_query_command(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("query", "Answer SQL, or a saved query by its name");
  auto text = std::make_shared<std::string>();
  auto format = std::make_shared<std::string>("table");
  command->add_option("sql", *text, "SQL, or the name of a saved query")->required();
  command->add_option("--format", *format, "How to print the answer")
      ->check(CLI::IsMember({"table", "csv", "json", "markdown"}));
  command->callback([&action, text, format] {
    action = [text, format](CommandContext& context) { return answer(context, *text, *format); };
  });
}

}  // namespace starlift
