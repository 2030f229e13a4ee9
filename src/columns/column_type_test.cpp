#include "columns/column_type.h"

#include <gmock/gmock.h>

namespace starlift {
namespace {

using testing::Optional;

struct TypeCase {
  const char* text;
  ColumnType type;
  const char* canonical;
};

ColumnType plain(TypeKind kind) {
  return {.kind = kind};
}
ColumnType varchar(int length) {
  return {.kind = TypeKind::kVarchar, .length_bytes = length};
}
ColumnType decimal(int precision, int scale) {
  return {.kind = TypeKind::kDecimal, .precision = precision, .scale = scale};
}

class ParseColumnType : public testing::TestWithParam<TypeCase> {};

TEST_P(ParseColumnType, ReadsTheTypeAndWritesItBack) {
  const auto& [text, type, canonical] = GetParam();
  EXPECT_THAT(parse_column_type(text), Optional(type)) << text;
  EXPECT_EQ(to_string(type), canonical);
  EXPECT_THAT(parse_column_type(canonical), Optional(type));
}

INSTANTIATE_TEST_SUITE_P(All, ParseColumnType,
                         testing::Values(TypeCase{"smallint", plain(TypeKind::kSmallint), "smallint"},
                                         TypeCase{"integer", plain(TypeKind::kInteger), "integer"},
                                         TypeCase{"bigint", plain(TypeKind::kBigint), "bigint"},
                                         TypeCase{"double", plain(TypeKind::kDouble), "double"},
                                         TypeCase{"boolean", plain(TypeKind::kBoolean), "boolean"},
                                         TypeCase{"date", plain(TypeKind::kDate), "date"},
                                         TypeCase{"timestamp", plain(TypeKind::kTimestamp), "timestamp"},
                                         TypeCase{" BigInt ", plain(TypeKind::kBigint), "bigint"},
                                         TypeCase{"varchar(1)", varchar(1), "varchar(1)"},
                                         TypeCase{"VARCHAR ( 65535 )", varchar(65535), "varchar(65535)"},
                                         TypeCase{"decimal(38, 37)", decimal(38, 37), "decimal(38,37)"},
                                         TypeCase{"decimal(1,0)", decimal(1, 0), "decimal(1,0)"}));

TEST(ParseColumnTypeTest, RefusesWhatNoEngineHas) {
  for (auto text : {"",
                    "text",
                    "varchar",
                    "varchar()",
                    "varchar(0)",
                    "varchar(65536)",
                    "varchar(-1)",
                    "varchar(1",
                    "varchar 1)",
                    "varchar(1,2)",
                    "varchar(1x)",
                    "decimal",
                    "decimal(10)",
                    "decimal(0,0)",
                    "decimal(39,0)",
                    "decimal(38,38)",
                    "decimal(5,6)",
                    "decimal(5,-1)",
                    "integer(4)",
                    "double precision",
                    "varchar(99999999999)"}) {
    EXPECT_EQ(parse_column_type(text), std::nullopt) << text;
  }
}

TEST(ColumnTypeTest, KnowsWhichTypesAreNumbers) {
  for (auto kind :
       {TypeKind::kSmallint, TypeKind::kInteger, TypeKind::kBigint, TypeKind::kDecimal, TypeKind::kDouble}) {
    EXPECT_TRUE(plain(kind).is_number());
  }
  for (auto kind : {TypeKind::kBoolean, TypeKind::kDate, TypeKind::kTimestamp, TypeKind::kVarchar}) {
    EXPECT_FALSE(plain(kind).is_number());
  }
}

TEST(TableNameTest, NamesTheSchemaOnlyWhenThereIsOne) {
  EXPECT_EQ(to_string(TableName{"staging", "orders"}), "staging.orders");
  EXPECT_EQ(to_string(TableName{"", "orders"}), "orders");
}

}  // namespace
}  // namespace starlift
