#include "project/query_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "project/names.h"
#include "project/sql_file.h"

namespace starlift {

namespace {

const std::string kAnalyticsKeys[] = {"title", "question", "description", "chart"};
const std::string kCheckKeys[] = {"title", "description"};
const std::string kChartKeys[] = {"kind", "x", "y"};

constexpr std::pair<std::string_view, ChartHint::Kind> kChartKinds[] = {
    {"bar", ChartHint::Kind::kBar},
    {"line", ChartHint::Kind::kLine},
};

ChartHint::Kind read_chart_kind(const PlacedText& text) {
  for (auto [name, kind] : kChartKinds) {
    if (text.text == name) return kind;
  }
  throw refusal(text.place, fmt::format("unknown kind \"{}\" of chart; write bar or line", text.text));
}

ChartHint read_chart(const TomlTable& table) {
  table.allow_only(kChartKeys);
  ChartHint chart;
  chart.kind = read_chart_kind(table.text("kind"));
  chart.x = table.text("x").text;
  for (const auto& column : table.texts("y")) {
    if (column.text == chart.x || std::count(chart.y.begin(), chart.y.end(), column.text) > 0) {
      throw refusal(column.place, fmt::format("the chart names the column \"{}\" twice", column.text));
    }
    chart.y.push_back(column.text);
  }
  chart.line = table.place().line;
  return chart;
}

std::string text_or(const TomlTable& header, std::string_view key, const std::string& otherwise = {}) {
  auto found = header.find_text(key);
  return found ? found->text : otherwise;
}

/// Returns what both kinds of file have alike, without a title.
SavedQuery read_query(const DefinitionFile& file, SqlFile& sql, std::span<const std::string> keys) {
  sql.header.allow_only(keys);
  SavedQuery query;
  query.name = defined_name(file);
  query.description = text_or(sql.header, "description");
  query.sql = std::move(sql.select);
  query.sql_line = sql.select_place.line;
  query.file = file.path;
  return query;
}

}  // namespace

std::string_view to_string(ChartHint::Kind wanted) {
  return std::find_if(std::begin(kChartKinds), std::end(kChartKinds),
                      [&](const auto& entry) { return entry.second == wanted; })
      ->first;
}

SavedQuery read_analytics_file(const DefinitionFile& file) {
  auto sql = read_sql_file(file);
  SavedQuery query = read_query(file, sql, kAnalyticsKeys);
  query.title = sql.header.text("title").text;
  query.question = text_or(sql.header, "question");
  if (auto chart = sql.header.find_table("chart")) query.chart = read_chart(*chart);
  return query;
}

SavedQuery read_check_file(const DefinitionFile& file) {
  auto sql = read_sql_file(file);
  SavedQuery query = read_query(file, sql, kCheckKeys);
  query.title = text_or(sql.header, "title", query.name);
  return query;
}

}  // namespace starlift
