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

/// What is said against a definition with this header line more and this saved query.
std::string refusal_of(const std::string& rows, const std::string& chart) {
  std::string header = kHeader;
  header.insert(header.find("*/"), rows);
  std::vector<DefinitionFile> files = {
      {"warehouse.toml", kWarehouse},
      {"staging/orders.toml", kStaging},
      {"star/cities.sql",
       header + "select city, count(*) as orders from staging.orders where city is not null group by city"},
      {"analytics/all.sql",
       "/*\ntitle = \"All\"\nchart = " + chart + "\n*/\nselect city, orders from cities"}};
  try {
    check_definition(read_definition(files));
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(DefinitionCheck, HoldsChartsAgainstTheAnswer) {
  EXPECT_EQ(refusal_of("", "{ kind = \"bar\", x = \"city\", y = [\"orders\"] }"), "accepted");
  EXPECT_EQ(
      refusal_of("", "{ kind = \"bar\", x = \"town\", y = [\"orders\"] }"),
      "analytics/all.sql:3: the chart names the column town, but the query answers these: city, orders");
  EXPECT_EQ(refusal_of("", "{ kind = \"bar\", x = \"orders\", y = [\"city\"] }"),
            "analytics/all.sql:3: the chart's y names city, which is varchar; only numbers can be drawn");
}

TEST(DefinitionCheck, ARowCountIsOneNumber) {
  std::string chart = "{ kind = \"bar\", x = \"city\", y = [\"orders\"] }";
  auto rows = [](const std::string& select) { return "[rows]\nequal = \"" + select + "\"\n"; };
  EXPECT_EQ(refusal_of(rows("select count(distinct city) from staging.orders"), chart), "accepted");
  EXPECT_THAT(refusal_of(rows("select count(distinct town) from staging.orders"), chart),
              AllOf(StartsWith("star/cities.sql:10: "), HasSubstr("town")));
  EXPECT_EQ(refusal_of(rows("select city, count(*) from staging.orders group by city"), chart),
            "star/cities.sql:10: this gives city, count_star(); select one number, the count of rows that "
            "cities must "
            "have");
}

}  // namespace
}  // namespace starlift
