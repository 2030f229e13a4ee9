#include "report/schema_layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace starlift {
namespace {

using Kind = SchemaTable::Kind;

SchemaTable table(const std::string& name, Kind kind, size_t columns) {
  SchemaTable made{.name = name, .kind = kind, .key = {"c0"}};
  for (size_t i = 0; i < columns; ++i)
    made.columns.push_back({.column = {"c" + std::to_string(i), {}, i > 0}, .is_key = i == 0});
  return made;
}

Point on_curve(const ReferenceCurve& curve, double t) {
  auto mix = [t](double a, double b, double c, double d) {
    double s = 1 - t;
    return s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
  };
  return {mix(curve.from.x, curve.from.x + curve.from_side * kReferenceSwing,
              curve.to.x + curve.to_side * kReferenceSwing, curve.to.x),
          mix(curve.from.y, curve.from.y, curve.to.y, curve.to.y)};
}

bool is_inside(const TableBox& box, Point point) {
  return point.x > box.corner.x + 0.1 && point.x < box.right() - 0.1 && point.y > box.corner.y + 0.1 &&
         point.y < box.bottom() - 0.1;
}

bool overlap(const TableBox& a, const TableBox& b) {
  return a.corner.x < b.right() && b.corner.x < a.right() && a.corner.y < b.bottom() &&
         b.corner.y < a.bottom();
}

/// Holds a layout to what makes it readable.
void expect_readable(const Schema& schema) {
  SchemaLayout layout = lay_out_schema(schema);
  std::vector<TableBox> boxes = layout.star;
  boxes.insert(boxes.end(), layout.staging.begin(), layout.staging.end());
  ASSERT_EQ(boxes.size(), schema.tables.size());
  for (size_t i = 0; i < boxes.size(); ++i) {
    EXPECT_GE(boxes[i].corner.x, kPictureMargin);
    EXPECT_LE(boxes[i].right(), layout.width);
    EXPECT_LE(boxes[i].bottom(), layout.height);
    for (size_t j = 0; j < i; ++j)
      EXPECT_FALSE(overlap(boxes[i], boxes[j])) << boxes[i].table->name << " over " << boxes[j].table->name;
  }
  for (const auto& curve : layout.references) {
    for (double t = 0; t <= 1; t += 0.05) {
      Point point = on_curve(curve, t);
      EXPECT_TRUE(point.x >= 0 && point.x <= layout.width) << point.x;
      for (const auto& box : boxes)
        EXPECT_FALSE(is_inside(box, point)) << "through " << box.table->name;
    }
  }
}

TEST(SchemaLayout, PutsTheFactBetweenItsDimensionsAndStagingBelow) {
  Schema schema{"s",
                "",
                {table("staging.r", Kind::kStaging, 4), table("a", Kind::kDimension, 3),
                 table("b", Kind::kDimension, 3), table("f", Kind::kFact, 5)}};
  schema.tables[3].columns[1].references = {"a", "c0"};
  schema.tables[3].columns[2].references = {"b", "c0"};
  SchemaLayout layout = lay_out_schema(schema);
  ASSERT_EQ(layout.star.size(), 3U);
  const auto &left = layout.star[0], &fact = layout.star[1], &right = layout.star[2];
  EXPECT_EQ(fact.table->name, "f");
  EXPECT_LT(left.right(), fact.corner.x);
  EXPECT_GT(right.corner.x, fact.right());
  EXPECT_GT(layout.staging[0].corner.y, std::max({left.bottom(), fact.bottom(), right.bottom()}));
  EXPECT_EQ(layout.references.size(), 2U);
}

TEST(SchemaLayout, KeepsDimensionsThatReferToOneAnotherOnOneSide) {
  Schema schema{"s",
                "",
                {table("a", Kind::kDimension, 3), table("b", Kind::kDimension, 3),
                 table("c", Kind::kDimension, 3), table("f", Kind::kFact, 5)}};
  schema.tables[2].columns[1].references = {"a", "c0"};
  SchemaLayout layout = lay_out_schema(schema);
  std::map<std::string, double> x;
  for (const auto& box : layout.star)
    x[box.table->name] = box.corner.x;
  EXPECT_EQ(x["a"], x["c"]);
  EXPECT_NE(x["a"], x["b"]);
}

TEST(SchemaLayout, HoldsForDefinitionsWithoutOnePart) {
  expect_readable({"s", "", {}});
  expect_readable({"s", "", {table("staging.r", Kind::kStaging, 60)}});
  expect_readable({"s", "", {table("staging.r", Kind::kStaging, 1), table("a", Kind::kDimension, 2)}});
  Schema facts{"s", "", {table("f", Kind::kFact, 3), table("g", Kind::kFact, 3)}};
  facts.tables[0].columns[1].references = {"g", "c0"};
  facts.tables[1].columns[1].references = {"g", "c0"};
  expect_readable(facts);
}

TEST(SchemaLayout, NeverDrawsAReferenceThroughATable) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    Schema schema{"s", "", {}};
    size_t count = 1 + random() % 14;
    for (size_t i = 0; i < count; ++i) {
      auto kind = static_cast<Kind>(random() % 3);
      schema.tables.push_back(table("t" + std::to_string(i), kind, 1 + random() % 20));
    }
    for (auto& from : schema.tables) {
      if (from.kind == Kind::kStaging) continue;
      for (auto& column : from.columns) {
        const auto& to = schema.tables[random() % count];
        if (to.kind != Kind::kStaging && random() % 3 == 0) column.references = {to.name, "c0"};
      }
    }
    SCOPED_TRACE(round);
    expect_readable(schema);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace starlift
