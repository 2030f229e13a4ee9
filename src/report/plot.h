#pragma once

#include <cstddef>
#include <cstdio>
#include <optional>
#include <span>
#include <string>

#include "pipeline/answer.h"
#include "project/chart_hint.h"

namespace starlift {

/// What a terminal can show of a plot.
struct PlotStyle {
  size_t width = 80;  ///< columns; a pipe has 80, or what COLUMNS says
  bool has_unicode = true;
  bool has_color = false;

  /// Finds the style of a stream: its width, NO_COLOR, and whether the locale is one of UTF-8.
  static PlotStyle of(std::FILE* stream);
};

/// Returns how an answer that nobody gave a hint for is drawn: its numbers by the first column that is none,
/// as lines when that is a date or a time. Nothing when there are no numbers, or nothing else to name them.
std::optional<ChartHint> guess_chart(std::span<const ResultColumn> columns);

/// Draws an answer as text, a block for each column of `chart.y`: bars, or a line that follows the rows. The
/// columns must be there. An answer without rows gives "no rows".
std::string plot(const Answer& answer, const ChartHint& chart, const PlotStyle& style);

}  // namespace starlift
