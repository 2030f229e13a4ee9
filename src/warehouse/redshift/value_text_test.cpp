#include "warehouse/redshift/value_text.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <limits>

#include "base/iso_time.h"

namespace starlift::redshift {
namespace {

std::string text_of(const char* type, const std::function<void(ColumnBatch&)>& write) {
  ColumnType types[] = {*parse_column_type(type)};
  ColumnBatch batch(types);
  write(batch);
  batch.commit_row();
  std::string text;
  append_value(batch.column(0), 0, text);
  return text;
}

std::string integer(const char* type, int64_t value) {
  return text_of(type, [&](ColumnBatch& batch) { batch.set_integer(0, value); });
}
std::string number(double value) {
  return text_of("double", [&](ColumnBatch& batch) { batch.set_double(0, value); });
}
std::string decimal(const char* type, Int128 value) {
  return text_of(type, [&](ColumnBatch& batch) { batch.set_decimal(0, value); });
}

TEST(ValueTextTest, NumbersReadBack) {
  EXPECT_EQ(integer("bigint", std::numeric_limits<int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(integer("boolean", 1), "true");
  EXPECT_EQ(integer("boolean", 0), "false");
  for (double value : {0.1, -1.0 / 3, 1e300, 5e-324, 1540919166796.25})
    EXPECT_EQ(std::strtod(number(value).c_str(), nullptr), value);
}

TEST(ValueTextTest, DecimalsHaveTheirPoint) {
  EXPECT_EQ(decimal("decimal(8,2)", 12'345), "123.45");
  EXPECT_EQ(decimal("decimal(8,2)", -5), "-0.05");
  EXPECT_EQ(decimal("decimal(8,0)", 7), "7");
  Int128 nines = 0;
  for (int i = 0; i < 38; ++i)
    nines = nines * 10 + 9;
  EXPECT_EQ(decimal("decimal(38,37)", -nines), "-9." + std::string(37, '9'));
}

TEST(ValueTextTest, DaysAndMomentsReadBack) {
  EXPECT_EQ(integer("date", 0), "1970-01-01");
  EXPECT_EQ(integer("timestamp", 1'541'106'106'796'000), "2018-11-01 21:01:46.796000");
  EXPECT_EQ(integer("timestamp", -1), "1969-12-31 23:59:59.999999");
  EXPECT_EQ(integer("timestamp", kMinTimestamp), "0001-01-01 00:00:00");
  EXPECT_EQ(integer("timestamp", kMaxTimestamp), "9999-12-31 23:59:59.999999");
  for (int64_t days = *parse_iso_date("1599-12-01"); days < *parse_iso_date("2101-02-01"); ++days)
    ASSERT_EQ(parse_iso_date(integer("date", days)), days);
}

}  // namespace
}  // namespace starlift::redshift
