#include "report/plot.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string_view>

#include "base/text.h"
#include "report/console_progress.h"
#include "report/plot_series.h"
#include "report/text_width.h"

namespace starlift {

namespace {

constexpr size_t kLeastWidth = 30;
constexpr const char* kCyan = "\033[36m";
constexpr const char* kPlain = "\033[0m";

/// Returns the first of the variables that says something, as setlocale takes them.
std::string locale_of_environment() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value && *value) return to_lower(value);
  }
  return "c";
}

template <typename Number>
std::optional<Number> parse(std::string_view text) {
  Number number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

size_t width_of(std::FILE* stream) {
  winsize size{};
  if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* columns = std::getenv("COLUMNS");
  return parse<size_t>(columns ? columns : "").value_or(PlotStyle{}.width);
}

PlotSeries read_series(const Answer& answer, const std::string& x, const std::string& y) {
  size_t label = find_column(answer.columns, x).value(), value = find_column(answer.columns, y).value();
  PlotSeries series{.name = y, .points = {}};
  for (const auto& row : answer.rows) {
    auto number = row[value] ? parse<double>(*row[value]) : std::nullopt;
    if (number && !(std::abs(*number) <= std::numeric_limits<double>::max())) number.reset();
    series.points.push_back({.label = row[label] ? printable(*row[label]) : "(null)",
                             .text = row[value].value_or("-"),
                             .value = number});
  }
  return series;
}

}  // namespace

PlotStyle PlotStyle::of(std::FILE* stream) {
  std::string locale = locale_of_environment();
  return {.width = std::max(width_of(stream), kLeastWidth),
          .has_unicode = locale.find("utf-8") != locale.npos || locale.find("utf8") != locale.npos,
          .has_color = ConsoleStyle::of(stream, false).has_color};
}

PlotRange PlotRange::of(const std::vector<PlotSeries>& series) {
  PlotRange range;
  for (const auto& one : series) {
    for (const auto& point : one.points) {
      range.low = std::min(range.low, point.value.value_or(0));
      range.high = std::max(range.high, point.value.value_or(0));
    }
  }
  return range;
}

std::string colored(const std::string& marks, const PlotStyle& style) {
  return style.has_color && !marks.empty() ? kCyan + marks + kPlain : marks;
}

std::optional<ChartHint> guess_chart(std::span<const ResultColumn> columns) {
  auto is_number = [](const ResultColumn& column) { return column.kind == ResultColumn::Kind::kNumber; };
  auto x = std::find_if_not(columns.begin(), columns.end(), is_number);
  if (x == columns.end()) x = columns.begin();
  auto y = std::find_if(columns.begin(), columns.end(), [&](const ResultColumn& column) {
    return is_number(column) && column.name != x->name;
  });
  if (y == columns.end()) return std::nullopt;
  bool is_time = x->type == "date" || x->type == "timestamp";
  return ChartHint{
      .kind = is_time ? ChartHint::Kind::kLine : ChartHint::Kind::kBar, .x = x->name, .y = {y->name}};
}

std::string plot(const Answer& answer, const ChartHint& chart, const PlotStyle& style) {
  if (answer.rows.empty()) return "no rows\n";
  std::vector<PlotSeries> series;
  for (const auto& column : chart.y)
    series.push_back(read_series(answer, chart.x, column));
  auto range = PlotRange::of(series);
  std::string text;
  for (const auto& one : series) {
    text += (text.empty() ? "" : "\n") + printable(one.name) + " by " + printable(chart.x) + "\n";
    text += chart.kind == ChartHint::Kind::kBar ? draw_bars(one, range, style) : draw_line(one, range, style);
  }
  return text;
}

}  // namespace starlift
