#include "warehouse/postgres/copy_format.h"

#include <gtest/gtest.h>

#include <functional>

namespace starlift::postgres {
namespace {

using namespace std::string_literals;

/// Returns the bytes of the only field of the only row, its size before it.
std::string field(const char* type, const std::function<void(ColumnBatch&)>& write) {
  ColumnType types[] = {*parse_column_type(type)};
  ColumnBatch batch(types);
  write(batch);
  batch.commit_row();
  std::string bytes;
  append_rows(batch, bytes);
  EXPECT_EQ(bytes.substr(0, 2), "\0\1"s);
  return bytes.substr(2);
}

std::string integer(const char* type, int64_t value) {
  return field(type, [&](ColumnBatch& batch) { batch.set_integer(0, value); });
}

std::string decimal(const char* type, Int128 value) {
  return field(type, [&](ColumnBatch& batch) { batch.set_decimal(0, value); });
}

TEST(CopyFormatTest, IntegersAreBigEndianAsWideAsTheirType) {
  EXPECT_EQ(integer("smallint", -2), "\0\0\0\2\xff\xfe"s);
  EXPECT_EQ(integer("integer", 0x01020304), "\0\0\0\4\1\2\3\4"s);
  EXPECT_EQ(integer("bigint", 0x0102030405060708), "\0\0\0\x8\1\2\3\4\5\6\7\x8"s);
  EXPECT_EQ(integer("boolean", 1), "\0\0\0\1\1"s);
}

TEST(CopyFormatTest, DaysAndMomentsCountFromTheYear2000) {
  EXPECT_EQ(integer("date", 10'957), "\0\0\0\4\0\0\0\0"s);
  EXPECT_EQ(integer("date", 10'956), "\0\0\0\4\xff\xff\xff\xff"s);
  EXPECT_EQ(integer("timestamp", 946'684'800'000'001), "\0\0\0\x8\0\0\0\0\0\0\0\1"s);
}

TEST(CopyFormatTest, DoublesTextsAndNulls) {
  EXPECT_EQ(field("double", [](ColumnBatch& batch) { batch.set_double(0, 1.5); }),
            "\0\0\0\x8\x3f\xf8\0\0\0\0\0\0"s);
  EXPECT_EQ(field("varchar(9)", [](ColumnBatch& batch) { batch.set_text(0, "naïve"); }), "\0\0\0\6naïve"s);
  EXPECT_EQ(field("varchar(9)", [](ColumnBatch& batch) { batch.set_text(0, ""); }), "\0\0\0\0"s);
  EXPECT_EQ(field("varchar(9)", [](ColumnBatch& batch) { batch.set_null(0); }), "\xff\xff\xff\xff"s);
}

// How many groups of four digits, the weight of the first, the sign, the scale; then the groups.
TEST(CopyFormatTest, DecimalsAreGroupsOfFourDigitsFromThePoint) {
  EXPECT_EQ(decimal("decimal(8,2)", 12'345), "\0\0\0\x0c\0\2\0\0\0\0\0\2\0\x7b\x11\x94"s) << "123 4500";
  EXPECT_EQ(decimal("decimal(8,2)", -5), "\0\0\0\x0a\0\1\xff\xff\x40\0\0\2\1\xf4"s) << "-.0500";
  EXPECT_EQ(decimal("decimal(8,0)", 10'000), "\0\0\0\x0a\0\1\0\1\0\0\0\0\0\1"s) << "1 0000";
  EXPECT_EQ(decimal("decimal(8,2)", 0), "\0\0\0\x8\0\0\0\0\0\0\0\2"s);
  EXPECT_EQ(decimal("decimal(9,5)", 100'001), "\0\0\0\x0e\0\3\0\0\0\0\0\5\0\1\0\0\3\xe8"s) << "1.0000 1000";
}

TEST(CopyFormatTest, TheLongestDecimalFits) {
  Int128 nines = 0;
  for (int i = 0; i < 38; ++i)
    nines = nines * 10 + 9;
  EXPECT_EQ(decimal("decimal(38,37)", nines).substr(4, 4), "\0\x0b\0\0"s)
      << "one group before the point, ten after";
  EXPECT_EQ(decimal("decimal(38,0)", -nines).substr(4, 6), "\0\x0a\0\x09\x40\0"s);
}

}  // namespace
}  // namespace starlift::postgres
