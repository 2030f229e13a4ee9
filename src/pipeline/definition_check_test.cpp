#include "pipeline/definition_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "project/builtin.h"

namespace starlift {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kWarehouse = "name = \"orders\"\ndescription = \"A shop\"\n";
constexpr const char* kStaging =
    "description = \"Orders\"\nsource = \"S3.ORDERS\"\ncolumns = [\n"
    "  { name = \"order_id\", type = \"integer\", required = true },\n"
    "  { name = \"city\", type = \"varchar(64)\" },\n"
    "]\n";
constexpr const char* kHeader =
    "/*\ndescription = \"One row per city\"\nkind = \"dimension\"\nkey = [\"city\"]\ncolumns = [\n"
    "  { name = \"city\", type = \"varchar(64)\", required = true },\n"
    "  { name = \"orders\", type = \"bigint\" },\n"
    "]\n*/\n";

std::string refusal(const std::string& select,
                    const std::string& check = "select city from cities where orders < 0") {
  std::vector<DefinitionFile> files = {{"warehouse.toml", kWarehouse},
                                       {"staging/orders.toml", kStaging},
                                       {"star/cities.sql", kHeader + select},
                                       {"checks/positive.sql", "/*\ntitle = \"Positive\"\n*/\n" + check}};
  try {
    check_definition(read_definition(files));
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kDefinition);
    return error.what();
  }
  return "accepted";
}

TEST(DefinitionCheck, TakesTheBuiltInDefinition) {
  check_definition(read_definition(builtin_files()));
}

TEST(DefinitionCheck, TakesASelectThatGivesTheDeclaredColumns) {
  EXPECT_EQ(
      refusal("select city, count(*) as orders from staging.orders where city is not null group by city"),
      "accepted");
}

TEST(DefinitionCheck, NamesTheLineThatTheEngineRefuses) {
  EXPECT_THAT(
      refusal("select city,\n  count(*) as orders\nfrom staging.orders\nwhere town = 'x'\ngroup by city"),
      AllOf(StartsWith("star/cities.sql:13: "), HasSubstr("town")));
}

TEST(DefinitionCheck, NamesAColumnThatTheSelectLacks) {
  EXPECT_THAT(refusal("select city from staging.orders"),
              AllOf(StartsWith("star/cities.sql:"), HasSubstr("column 2 is declared as orders")));
}

TEST(DefinitionCheck, NamesAColumnTooMany) {
  EXPECT_THAT(refusal("select city, order_id as orders, 1 as spare from staging.orders"),
              HasSubstr("spare is one too many"));
}

TEST(DefinitionCheck, ComparesKindsOfTypes) {
  EXPECT_THAT(refusal("select city, 'many' as orders from staging.orders"),
              AllOf(HasSubstr("orders is declared bigint"), HasSubstr("varchar")));
}

TEST(DefinitionCheck, TriesChecksToo) {
  EXPECT_THAT(refusal("select city, count(*) as orders from staging.orders group by city",
                      "select\n  size\nfrom cities"),
              StartsWith("checks/positive.sql:5: "));
}

}  // namespace
}  // namespace starlift
