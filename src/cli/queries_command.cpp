#include <fmt/format.h>

#include "base/json_writer.h"
#include "cli/command.h"
#include "report/result_writer.h"

namespace starlift {

namespace {

void write_chart(JsonWriter& json, const ChartHint& chart) {
  json.begin_object()
      .member("kind", to_string(chart.kind))
      .member("x", chart.x)
      .members("y", chart.y)
      .end_object();
}

void print_json(const WarehouseDefinition& definition) {
  JsonWriter json;
  json.begin_array();
  for (const auto& query : definition.analytics) {
    json.begin_object().member("name", query.name).member("title", query.title);
    json.member("question", query.question).member("description", query.description).key("chart");
    if (query.chart) {
      write_chart(json, *query.chart);
    } else {
      json.raw("null");
    }
    json.end_object();
  }
  fmt::print("{}\n", json.end_array().text());
}

ExitCode list(CommandContext& context) {
  const auto& definition = context.definition();
  if (context.options.is_json) {
    print_json(definition);
    return ExitCode::kDone;
  }
  if (definition.analytics.empty()) {
    context.say("the definition has no saved queries; add analytics/NAME.sql");
    return ExitCode::kDone;
  }
  ShownTable table{{{"name"}, {"title"}, {"question"}}, {}};
  for (const auto& query : definition.analytics)
    table.rows.push_back({query.name, query.title, query.question});
  table.write(ResultFormat::kTable, stdout);
  return ExitCode::kDone;
}

}  // namespace

void add_queries_command(Command program) {
  program.add_command("queries", "List the saved queries and what they answer").runs(list);
}

}  // namespace starlift
