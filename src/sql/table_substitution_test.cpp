#include "sql/table_substitution.h"

#include <gtest/gtest.h>

namespace starlift {
namespace {

std::string substituted(const std::string& sql) {
  return substitute_tables(sql, "staging", [](const std::string& name) -> std::optional<std::string> {
    if (name == "orders") return "(select 1)";
    return std::nullopt;
  });
}

TEST(TableSubstitution, KeepsTheAliasThatFollows) {
  EXPECT_EQ(substituted("select o.id from staging.orders as o join x on true"),
            "select o.id from (select 1) as o join x on true");
  EXPECT_EQ(substituted("from staging.orders o, staging.orders \"p\""),
            "from (select 1) o, (select 1) \"p\"");
}

TEST(TableSubstitution, GivesTheNameAsAliasWhereNoneFollows) {
  EXPECT_EQ(substituted("select id from staging.orders where id > 0"),
            "select id from (select 1) as orders where id > 0");
  EXPECT_EQ(substituted("(select id from Staging . Orders)"), "(select id from (select 1) as Orders)");
  EXPECT_EQ(substituted("from staging.orders -- all\nleft join x on true"),
            "from (select 1) as orders -- all\nleft join x on true");
}

TEST(TableSubstitution, LeavesOthersLiteralsAndCommentsAlone) {
  for (const char* sql :
       {"select 'staging.orders' from staging.lines", "/* staging.orders */ select 1",
        "select staging.orders.id from x", "select x.staging.orders from x", "from other.orders"}) {
    EXPECT_EQ(substituted(sql), sql);
  }
}

}  // namespace
}  // namespace starlift
