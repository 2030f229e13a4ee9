#include "pipeline/column_origins.h"

#include <gtest/gtest.h>

#include "pipeline/describe_schema.h"
#include "project/builtin.h"

namespace starlift {
namespace {

/// "a.x b.y" of every column, for tables a(x, y, at) and staging.b(y, z).
std::map<std::string, std::string> trace(std::string_view select) {
  std::map<std::string, TracedRelation> tables;
  tables["a"] = {{{"x", {{"a", "x"}}}, {"y", {{"a", "y"}}}, {"at", {{"a", "at"}}}}};
  tables["staging.b"] = {{{"y", {{"b", "y"}}}, {"z", {{"b", "z"}}}}};
  std::map<std::string, std::string> traced;
  for (const auto& [name, origins] : trace_columns(select, tables).columns) {
    std::string& text = traced[name];
    for (const auto& origin : origins)
      text += (text.empty() ? "" : " ") + origin.table + "." + origin.column;
  }
  return traced;
}

using Traced = std::map<std::string, std::string>;

TEST(ColumnOrigins, FollowsNamesAliasesAndExpressions) {
  EXPECT_EQ(trace("select x, y as other, a.at from a"),
            (Traced{{"x", "a.x"}, {"other", "a.y"}, {"at", "a.at"}}));
  EXPECT_EQ(
      trace("select coalesce(cast(p.x as y), '') || q.z as both from a as p join staging.b q on q.y = p.y"),
      (Traced{{"both", "a.x b.z"}}));
  EXPECT_EQ(trace("select count(*) as n, extract(y from at) as part from a where x = 1 group by at"),
            (Traced{{"n", ""}, {"part", "a.at"}}));
  EXPECT_EQ(trace("select date_field(y, at) as part from a"), (Traced{{"part", "a.at"}}));
}

TEST(ColumnOrigins, FollowsCommonTablesStarsAndSubqueries) {
  EXPECT_EQ(trace("with c as (select *, z + y as sum from staging.b), d as (select c.* from c) "
                  "select sum, d.z from d where exists (select 1 from a)"),
            (Traced{{"sum", "b.y b.z"}, {"z", "b.z"}}));
  EXPECT_EQ(trace("select q.n, (select max(x) from a) as top from (select z as n from staging.b) as q"),
            (Traced{{"n", "b.z"}, {"top", "a.x"}}));
}

TEST(ColumnOrigins, JoinsThePartsOfASetOperationByPosition) {
  EXPECT_EQ(trace("select distinct x as v from a union all (select z from staging.b) order by v"),
            (Traced{{"v", "a.x b.z"}}));
}

TEST(ColumnOrigins, GivesUpQuietlyOnWhatItCannotRead) {
  EXPECT_EQ(trace("select missing, x from nowhere"), (Traced{{"missing", ""}, {"x", ""}}));
  for (const char* broken :
       {"", "with", "select", "with c as (select x", "select x from (", ") select", "select . from a"})
    trace(broken);
}

TEST(ColumnOrigins, KnowsWhereEveryColumnOfTheBuiltInStarComesFrom) {
  Schema schema = describe_schema(read_definition(builtin_files()));
  for (const auto& table : schema.tables) {
    if (table.kind == SchemaTable::Kind::kStaging) continue;
    for (const auto& column : table.columns)
      EXPECT_FALSE(column.origins.empty()) << table.name << "." << column.column.name;
  }
}

}  // namespace
}  // namespace starlift
