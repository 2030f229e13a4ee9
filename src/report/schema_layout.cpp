#include "report/schema_layout.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

namespace starlift {

namespace {

using Kind = SchemaTable::Kind;
using Tables = std::vector<const SchemaTable*>;

constexpr double kGap = 28;      ///< between boxes of a column, and of the staging band
constexpr double kGutter = 120;  ///< between columns of boxes; the references run there
constexpr double kBandGap = 56;  ///< between the star and the staging band
constexpr double kBandHead = 40;
constexpr double kBandPadding = 20;
constexpr size_t kMaxStagingRows = 12;
constexpr double kCharacterWidth = 7.25;  ///< of the columns' font
constexpr double kNameCharacterWidth = 9.5;
constexpr double kSmallCharacterWidth = 6.7;
constexpr double kKindWidth = 80;  ///< "dimension", and a space before it
constexpr double kHeadPadding = 12;
constexpr size_t kUnlimited = std::numeric_limits<size_t>::max();
/// Beside a column's name: its key mark, a space before its type, the paddings.
constexpr size_t kCharactersBesideName = 9;

size_t widest_row(const SchemaTable& table) {
  size_t widest = 0;
  for (const auto& column : table.columns)
    widest = std::max(widest, column.column.name.size() + to_string(column.column.type).size());
  return widest + kCharactersBesideName;
}

TableBox measure(const SchemaTable& table, size_t max_rows) {
  size_t count = std::max<size_t>(table.columns.size(), 1);
  size_t strips = (count - 1) / max_rows + 1;
  TableBox box{.table = &table};
  box.rows_per_strip = (count - 1) / strips + 1;
  box.strip_width = static_cast<double>(widest_row(table)) * kCharacterWidth;
  double name_width = static_cast<double>(table.name.size()) * kNameCharacterWidth + kKindWidth;
  double origin_width = static_cast<double>(origin_of(table).size()) * kSmallCharacterWidth;
  double head_width = std::max(name_width, origin_width) + 2 * kHeadPadding;
  box.width = std::max(static_cast<double>(strips) * box.strip_width, head_width);
  box.strip_width = box.width / static_cast<double>(strips);
  box.height = TableBox::kHead + static_cast<double>(box.rows_per_strip) * TableBox::kRow + TableBox::kFoot;
  return box;
}

double height_of(const Tables& tables) {
  double height = -kGap;
  for (const auto* table : tables)
    height += measure(*table, kUnlimited).height + kGap;
  return std::max(height, 0.0);
}

/// The three columns of the star.
struct Sides {
  Tables left, middle, right;
};

/// Deals the tables of a star to the three columns.
class Dealer {
 public:
  explicit Dealer(const Schema& schema) : schema_(schema) {
    for (const auto& table : schema.tables) {
      if (table.kind != Kind::kFact) continue;
      for (const auto& column : table.columns) {
        size_t rank = ranks_.size();
        if (column.references) ranks_.emplace(column.references->table, rank);
      }
    }
  }

  Sides deal() const {
    Sides sides;
    for (const auto& table : schema_.tables) {
      if (table.kind == Kind::kFact) sides.middle.push_back(&table);
    }
    auto groups = groups_of_dimensions();
    std::stable_sort(groups.begin(), groups.end(),
                     [](const Tables& a, const Tables& b) { return height_of(a) > height_of(b); });
    for (const auto& group : groups) {
      Tables& side = height_of(sides.left) <= height_of(sides.right) ? sides.left : sides.right;
      side.insert(side.end(), group.begin(), group.end());
    }
    for (Tables* side : {&sides.left, &sides.right}) {
      std::stable_sort(side->begin(), side->end(),
                       [this](const auto* a, const auto* b) { return rank(*a) < rank(*b); });
    }
    return sides;
  }

 private:
  /// The dimensions; those that refer to one another, also through others, together.
  std::vector<Tables> groups_of_dimensions() const {
    std::map<std::string, std::string> leaders;
    auto leader = [&](std::string name) {
      while (leaders.at(name) != name)
        name = leaders.at(name);
      return name;
    };
    for (const auto& table : schema_.tables) {
      if (table.kind == Kind::kDimension) leaders[table.name] = table.name;
    }
    for (const auto& [name, unused] : leaders) {
      for (const auto& column : schema_.find(name)->columns) {
        if (column.references && leaders.contains(column.references->table)) {
          leaders[leader(name)] = leader(column.references->table);
        }
      }
    }
    std::map<std::string, Tables> groups;
    for (const auto& [name, unused] : leaders)
      groups[leader(name)].push_back(schema_.find(name));
    std::vector<Tables> found;
    for (auto& [name, group] : groups)
      found.push_back(std::move(group));
    return found;
  }

  /// In the order in which the facts refer to them, so that few references cross.
  size_t rank(const SchemaTable& table) const {
    auto found = ranks_.find(table.name);
    return found == ranks_.end() ? ranks_.size() : found->second;
  }

  const Schema& schema_;
  std::map<std::string, size_t> ranks_;
};

/// Stacks tables around a middle line, all as wide as the widest. Returns where their column ends.
double stack(const Tables& tables, double left, double middle, std::vector<TableBox>& boxes) {
  double width = 0, y = middle - height_of(tables) / 2;
  for (const auto* table : tables)
    width = std::max(width, measure(*table, kUnlimited).width);
  for (const auto* table : tables) {
    auto& box = boxes.emplace_back(measure(*table, kUnlimited));
    box.corner = {left, y};
    box.width = box.strip_width = width;
    y += box.height + kGap;
  }
  return left + width;
}

size_t index_of(const SchemaTable& table, const std::string& column) {
  auto found = std::find_if(table.columns.begin(), table.columns.end(),
                            [&](const SchemaColumn& candidate) { return candidate.column.name == column; });
  return static_cast<size_t>(found - table.columns.begin());
}

/// Draws a reference in the gap between the two columns; within a column, in the gap on its inner side.
ReferenceCurve connect(const TableBox& from, size_t from_column, const TableBox& to, size_t to_column,
                       double picture_middle) {
  ReferenceCurve curve{.from = from.row(from_column), .to = to.row(to_column)};
  bool is_same_column = from.corner.x == to.corner.x;
  bool goes_right =
      is_same_column ? from.corner.x + from.width / 2 <= picture_middle + 1 : from.corner.x < to.corner.x;
  curve.from_side = goes_right ? 1 : -1;
  curve.to_side = is_same_column ? curve.from_side : -curve.from_side;
  curve.from.x = curve.from_side > 0 ? from.right() : from.corner.x;
  curve.to.x = curve.to_side > 0 ? to.right() : to.corner.x;
  curve.is_optional = from.table->columns[from_column].column.is_nullable;
  return curve;
}

void connect_star(SchemaLayout& layout, double picture_middle) {
  std::map<std::string, const TableBox*> boxes;
  for (const auto& box : layout.star)
    boxes[box.table->name] = &box;
  for (const auto& from : layout.star) {
    for (size_t i = 0; i < from.table->columns.size(); ++i) {
      const auto& target = from.table->columns[i].references;
      if (!target) continue;
      const TableBox& to = *boxes.at(target->table);
      layout.references.push_back(connect(from, i, to, index_of(*to.table, target->column), picture_middle));
    }
  }
}

/// Places the three columns beside one another. Returns where they end.
Point place_star(const Schema& schema, SchemaLayout& layout) {
  Sides sides = Dealer(schema).deal();
  double height = std::max({height_of(sides.left), height_of(sides.middle), height_of(sides.right)});
  double middle = kPictureMargin + height / 2, x = kPictureMargin, right = x;
  for (const Tables* column : {&sides.left, &sides.middle, &sides.right}) {
    if (column->empty()) continue;
    right = stack(*column, x, middle, layout.star);
    x = right + kGutter;
  }
  connect_star(layout, (kPictureMargin + right) / 2);
  return {right, kPictureMargin + height};
}

/// Puts the staging tables into lines below the star.
void place_staging(const Schema& schema, double top, double wanted_width, SchemaLayout& layout) {
  double left = kPictureMargin + kBandPadding, x = left, y = top + kBandHead, line_height = 0;
  for (const auto& table : schema.tables) {
    if (table.kind != Kind::kStaging) continue;
    TableBox box = measure(table, kMaxStagingRows);
    if (x > left && x + box.width + kBandPadding > wanted_width) {
      x = left;
      y += line_height + kGap;
      line_height = 0;
    }
    box.corner = {x, y};
    x += box.width + kGap;
    line_height = std::max(line_height, box.height);
    layout.width = std::max(layout.width, box.right() + kBandPadding);
    layout.staging.push_back(box);
  }
  layout.staging_top = top;
  layout.staging_bottom = y + line_height + kBandPadding;
}

}  // namespace

Point TableBox::row(size_t column) const {
  size_t strip = column / rows_per_strip, line = column % rows_per_strip;
  return {corner.x + static_cast<double>(strip) * strip_width,
          corner.y + kHead + (static_cast<double>(line) + 0.5) * kRow};
}

std::string origin_of(const SchemaTable& table) {
  if (!table.source.empty()) return "records from " + table.source;
  std::string names;
  for (const auto& name : table.made_from)
    names += (names.empty() ? "made from " : ", ") + name;
  return names;
}

SchemaLayout lay_out_schema(const Schema& schema) {
  SchemaLayout layout;
  Point star_end = place_star(schema, layout);
  for (const auto& curve : layout.references)
    star_end.x = std::max(star_end.x, curve.from.x + kReferenceSwing);  // where facts alone are one column
  layout.width = star_end.x;
  double top = layout.star.empty() ? kPictureMargin : star_end.y + kBandGap;
  place_staging(schema, top, std::max(star_end.x, 900.0), layout);
  double spare = layout.width - star_end.x;
  if (spare > 0) {
    for (auto& box : layout.star)
      box.corner.x += spare / 2;
    for (auto& curve : layout.references) {
      curve.from.x += spare / 2;
      curve.to.x += spare / 2;
    }
  }
  layout.width += kPictureMargin;
  layout.height = layout.staging_bottom + kPictureMargin;
  return layout;
}

}  // namespace starlift
