#include "pipeline/column_drift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace starlift {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

FieldSpec field(const char* name, const char* type, bool is_nullable = true) {
  return {{name, *parse_column_type(type), is_nullable}, *parse_field_path(name)};
}

ColumnDrift compare(const FieldSpec& before, const FieldSpec& after) {
  return compare_columns(describe_columns(std::vector{before}), describe_columns(std::vector{after}));
}

TEST(ColumnDrift, SaysNothingOfWhatIsTheSame) {
  auto drift = compare(field("a", "timestamp"), field("a", "timestamp"));
  EXPECT_THAT(drift.changes, IsEmpty());
  EXPECT_TRUE(drift.is_relaxation);
}

TEST(ColumnDrift, AColumnThatTakesMoreThanBeforeIsRelaxed) {
  EXPECT_TRUE(compare(field("a", "varchar(10)"), field("a", "varchar(20)")).is_relaxation);
  EXPECT_TRUE(compare(field("a", "smallint"), field("a", "bigint")).is_relaxation);
  EXPECT_TRUE(compare(field("a", "decimal(8,2)"), field("a", "decimal(9,2)")).is_relaxation);
  EXPECT_TRUE(compare(field("a", "date", false), field("a", "date", true)).is_relaxation);
}

TEST(ColumnDrift, AColumnThatGivesOtherValuesOrTakesFewerIsNot) {
  EXPECT_FALSE(compare(field("a", "varchar(20)"), field("a", "varchar(10)")).is_relaxation);
  EXPECT_FALSE(compare(field("a", "bigint"), field("a", "integer")).is_relaxation);
  EXPECT_FALSE(compare(field("a", "integer"), field("a", "double")).is_relaxation);
  EXPECT_FALSE(compare(field("a", "decimal(8,2)"), field("a", "decimal(9,3)")).is_relaxation);
  EXPECT_FALSE(compare(field("a", "date", true), field("a", "date", false)).is_relaxation);
  EXPECT_FALSE(compare(field("a", "date"), field("b", "date")).is_relaxation);
}

TEST(ColumnDrift, AnotherSourceOrUnitIsNoRelaxation) {
  auto before = field("a", "timestamp"), after = before;
  after.unit = TimeUnit::kSeconds;
  EXPECT_FALSE(compare(before, after).is_relaxation);
  after = before;
  after.path = *parse_field_path("b.c");
  EXPECT_FALSE(compare(before, after).is_relaxation);
}

TEST(ColumnDrift, NamesWhatChanged) {
  auto before = std::vector{field("a", "varchar(10)"), field("b", "date")};
  auto after = std::vector{field("a", "varchar(20)", false), field("c", "date")};
  EXPECT_THAT(compare_columns(describe_columns(before), describe_columns(after)).changes,
              ElementsAre("a: varchar(10) is now varchar(20)", "a: it is now required", "b: it went",
                          "c: it is new"));
}

}  // namespace
}  // namespace starlift
