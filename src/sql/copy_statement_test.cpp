#include "sql/copy_statement.h"

#include <gtest/gtest.h>

#include <vector>

namespace starlift {
namespace {

const std::vector<Column> kColumns = {{"sku", {}}, {"_record", {.kind = TypeKind::kBigint}}};

CopyStatement of_sales() {
  return {.table = {"staging", "sales"},
          .columns = kColumns,
          .manifest_url = "s3://bucket/area/manifest",
          .iam_role = "arn:aws:iam::123456789012:role/loader",
          .compression = "zstd",
          .region = "eu-west-1"};
}

TEST(CopyStatementTest, SaysEveryOptionOnALineOfItsOwn) {
  EXPECT_EQ(copy_sql(of_sales()), R"(copy "staging"."sales" ("sku", "_record")
from 's3://bucket/area/manifest'
iam_role 'arn:aws:iam::123456789012:role/loader'
format as json 'auto'
zstd
manifest
region 'eu-west-1'
dateformat 'YYYY-MM-DD'
timeformat 'YYYY-MM-DD HH:MI:SS'
compupdate off
statupdate off)");
}

TEST(CopyStatementTest, TheClustersOwnRoleIsAWordAndWhatIsNotKnownIsNotSaid) {
  CopyStatement copy = of_sales();
  copy.iam_role = "default";
  copy.region.clear();
  std::string sql = copy_sql(copy);
  EXPECT_NE(sql.find("\niam_role default\n"), sql.npos) << sql;
  EXPECT_EQ(sql.find("region"), sql.npos) << sql;
}

TEST(CopyStatementTest, ErrorsAreAllowedWhereThatIsSaid) {
  CopyStatement copy = of_sales();
  EXPECT_EQ(copy_sql(copy).find("maxerror"), std::string::npos);
  copy.max_errors = 8;
  EXPECT_NE(copy_sql(copy).find("\nmaxerror 8\n"), std::string::npos);
}

TEST(CopyStatementTest, AQuoteInAKeyIsNoWayOut) {
  CopyStatement copy = of_sales();
  copy.manifest_url = "s3://bucket/it's/manifest";
  EXPECT_NE(copy_sql(copy).find("'s3://bucket/it''s/manifest'"), std::string::npos);
}

}  // namespace
}  // namespace starlift
