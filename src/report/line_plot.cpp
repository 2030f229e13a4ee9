#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/plot_series.h"
#include "report/text_width.h"

namespace starlift {

namespace {

constexpr size_t kRows = 6;
constexpr size_t kMaxColumnsPerPoint = 4;
constexpr double kEighths = 8;
constexpr const char* kUnicodeLevels[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr const char* kAsciiLevels[] = {" ", ".", ".", ":", ":", ":", "#", "#", "#"};

/// Returns a value per column of the terminal: several columns for a point when there are few of them, the
/// mean of several points when there are many.
std::vector<std::optional<double>> spread(const PlotSeries& series, size_t width) {
  size_t points = series.points.size();
  size_t columns = points >= width ? width : points * std::min(width / points, kMaxColumnsPerPoint);
  std::vector<std::optional<double>> values(columns);
  for (size_t column = 0; column < columns; ++column) {
    size_t first = column * points / columns, end = std::max((column + 1) * points / columns, first + 1);
    double sum = 0, count = 0;
    for (size_t i = first; i < end; ++i) {
      if (!series.points[i].value) continue;
      sum += *series.points[i].value;
      ++count;
    }
    if (count > 0) values[column] = sum / count;
  }
  return values;
}

/// The mark of a column in a row; row 0 is the lowest. A value that is there marks at least the lowest row.
const char* mark(const std::optional<double>& value, size_t row, const PlotRange& range,
                 const PlotStyle& style) {
  if (!value) return " ";
  double share = range.span() > 0 ? (*value - range.low) / range.span() : 0;
  double eighths = std::max(std::round(share * kRows * kEighths), 1.0) - static_cast<double>(row) * kEighths;
  auto level = static_cast<size_t>(std::clamp(eighths, 0.0, kEighths));
  return style.has_unicode ? kUnicodeLevels[level] : kAsciiLevels[level];
}

/// The line below: what the first point is called, and at the other end what the last one is.
std::string axis(const PlotSeries& series, size_t columns, size_t width, const PlotStyle& style) {
  const char* cut = style.has_unicode ? "…" : "~";
  std::string first = cut_to_width(series.points.front().label, width, cut);
  if (series.points.size() == 1) return first;
  std::string last = cut_to_width(series.points.back().label, width, cut);
  size_t taken = text_width(first) + text_width(last);
  size_t gap = taken + 1 <= columns ? columns - taken : 1;
  if (taken + gap > width) return fmt::format("{}\n{}", first, last);
  return first + std::string(gap, ' ') + last;
}

std::string number(double value) {
  return fmt::format("{:.6g}", value);
}

}  // namespace

std::string draw_line(const PlotSeries& series, const PlotRange& range, const PlotStyle& style) {
  std::string high = number(range.high), low = number(range.low);
  size_t margin = std::max(high.size(), low.size());
  size_t width = style.width > margin + 2 ? style.width - margin - 2 : 1;
  auto values = spread(series, width);
  std::string text;
  for (size_t row = kRows; row-- > 0;) {
    std::string scale = row == kRows - 1 ? high : row == 0 ? low : "";
    std::string marks;
    for (const auto& value : values)
      marks += mark(value, row, range, style);
    marks.resize(marks.find_last_not_of(' ') + 1);
    std::string line = std::string(margin - scale.size(), ' ') + scale + "  ";
    text += (marks.empty() ? line.substr(0, line.find_last_not_of(' ') + 1) : line + colored(marks, style)) +
            "\n";
  }
  std::string below = axis(series, values.size(), width, style);
  std::string indent(margin + 2, ' ');
  for (size_t end = below.find('\n'); end != below.npos; end = below.find('\n', end + 1 + indent.size()))
    below.insert(end + 1, indent);
  return text + indent + below + "\n";
}

}  // namespace starlift
