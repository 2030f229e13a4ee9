#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/plot.h"

namespace starlift {

/// A column of numbers and what its rows are called.
struct PlotSeries {
  struct Point {
    std::string label;
    std::string text;             ///< the number as the answer has it
    std::optional<double> value;  ///< nothing where the answer is null
  };
  std::string name;
  std::vector<Point> points;
};

/// The values between which all series lie; zero is among them.
struct PlotRange {
  double low = 0;
  double high = 0;

  static PlotRange of(const std::vector<PlotSeries>& series);
  double span() const { return high - low; }
};

/// Returns a line per point: label, number, bar.
std::string draw_bars(const PlotSeries& series, const PlotRange& range, const PlotStyle& style);

/// Returns a few lines in which the points follow one another from left to right.
std::string draw_line(const PlotSeries& series, const PlotRange& range, const PlotStyle& style);

/// Returns the marks in the style's colour.
std::string colored(const std::string& marks, const PlotStyle& style);

}  // namespace starlift
