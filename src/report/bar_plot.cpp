#include <algorithm>
#include <cmath>

#include "report/plot_series.h"
#include "report/text_width.h"

namespace starlift {

namespace {

constexpr size_t kEighths = 8;
constexpr size_t kLeastBarWidth = 8;
constexpr const char* kLeftEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
constexpr const char* kBlock = "█";

std::string repeated(const char* mark, size_t count) {
  std::string marks;
  for (size_t i = 0; i < count; ++i)
    marks += mark;
  return marks;
}

/// What goes right of the zero line, in eighths of a column where they can be shown. What is more than
/// nothing shows as something.
std::string bar(double columns, const PlotStyle& style) {
  if (!style.has_unicode)
    return std::string(static_cast<size_t>(std::max(std::round(columns), columns > 0 ? 1.0 : 0.0)), '#');
  auto eighths = static_cast<size_t>(std::max(std::round(columns * kEighths), columns > 0 ? 1.0 : 0.0));
  return repeated(kBlock, eighths / kEighths) + kLeftEighths[eighths % kEighths];
}

/// What goes left of the zero line, which has no eighths: blocks grow from the left edge of a column.
std::string negative_bar(double columns, const PlotStyle& style) {
  auto count = static_cast<size_t>(std::max(std::round(columns), columns > 0 ? 1.0 : 0.0));
  return repeated(style.has_unicode ? kBlock : "#", count);
}

/// The columns of a line: label, number and bar with two blanks between them.
struct Layout {
  size_t label = 0;
  size_t number = 0;
  size_t bar = 0;
  size_t left_of_zero = 0;  ///< of the bar's columns

  Layout(const PlotSeries& series, const PlotRange& range, const PlotStyle& style) {
    for (const auto& point : series.points) {
      label = std::max(label, text_width(point.label));
      number = std::max(number, text_width(point.text));
    }
    label = std::min(label, style.width / 3);
    size_t taken = label + number + 4;
    bar = taken + kLeastBarWidth < style.width ? style.width - taken : kLeastBarWidth;
    if (range.low < 0)
      left_of_zero = static_cast<size_t>(std::ceil(-range.low / range.span() * static_cast<double>(bar)));
  }
};

}  // namespace

std::string draw_bars(const PlotSeries& series, const PlotRange& range, const PlotStyle& style) {
  Layout layout(series, range, style);
  std::string text;
  for (const auto& point : series.points) {
    std::string label = cut_to_width(point.label, layout.label, style.has_unicode ? "…" : "~");
    std::string line = label + std::string(layout.label - text_width(label) + 2, ' ') +
                       std::string(layout.number - text_width(point.text), ' ') + point.text;
    double value = point.value.value_or(0);
    // A column less on either side, since what is left of zero is rounded up.
    double room = static_cast<double>(layout.bar - (range.low < 0 && range.high > 0 ? 1 : 0));
    double columns = range.span() > 0 ? std::abs(value) / range.span() * room : 0;
    if (value > 0) {
      line += "  " + std::string(layout.left_of_zero, ' ') + colored(bar(columns, style), style);
    } else if (value < 0) {
      std::string marks = negative_bar(columns, style);
      size_t width = std::min(text_width(marks), layout.left_of_zero);
      line += "  " + std::string(layout.left_of_zero - width, ' ') + colored(marks, style);
    }
    text += line + "\n";
  }
  return text;
}

}  // namespace starlift
