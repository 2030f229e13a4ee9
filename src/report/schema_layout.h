#pragma once

#include <cstddef>
#include <vector>

#include "pipeline/schema.h"

namespace starlift {

struct Point {
  double x = 0;
  double y = 0;
};

/// A table as a box: a head with its name, then a row per column, in several strips where there are many.
struct TableBox {
  static constexpr double kHead = 50;
  static constexpr double kRow = 20;
  static constexpr double kFoot = 8;

  const SchemaTable* table = nullptr;
  Point corner;  ///< top left
  double width = 0;
  double height = 0;
  size_t rows_per_strip = 1;
  double strip_width = 0;

  double right() const { return corner.x + width; }
  double bottom() const { return corner.y + height; }
  /// The middle of a column's row, at its left end.
  Point row(size_t column) const;
};

/// A reference as a curve: where it leaves and arrives, and to which side it goes there (-1 left, 1 right).
/// As a cubic Bézier curve whose ends pull it out by kReferenceSwing it stays in the gap between two columns
/// of boxes, so that it never runs through a box.
struct ReferenceCurve {
  Point from;
  double from_side = 1;
  Point to;
  double to_side = -1;
  bool is_optional = false;  ///< the referring column may be null
};

/// How far the two ends of a curve pull it out of their boxes; less than the gap between columns of boxes.
inline constexpr double kReferenceSwing = 76;

/// Where everything stands in a picture of a schema, in pixels: the facts in the middle, the dimensions left
/// and right of them, those that refer to one another on the same side; the staging tables below, apart.
struct SchemaLayout {
  std::vector<TableBox> star;
  std::vector<ReferenceCurve> references;
  std::vector<TableBox> staging;
  double staging_top = 0;     ///< where their band begins
  double staging_bottom = 0;  ///< and ends
  double width = 0;
  double height = 0;
};

inline constexpr double kPictureMargin = 28;

/// `schema` must outlive the layout.
SchemaLayout lay_out_schema(const Schema& schema);

/// What a box says below its name: "made from staging.orders, staging.products".
std::string origin_of(const SchemaTable& table);

}  // namespace starlift
