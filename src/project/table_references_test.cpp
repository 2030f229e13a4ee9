#include "project/table_references.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace starlift {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// The tables that a SELECT reads, as "name:line".
std::vector<std::string> tables(std::string_view select) {
  std::vector<std::string> found;
  for (const auto& reference : find_table_references(select, {"star/x.sql", 10})) {
    found.push_back(fmt::format("{}:{}", fmt::join(reference.parts, "."), reference.place.line));
  }
  return found;
}

struct Case {
  std::string_view select;
  std::vector<std::string> tables;
};

TEST(TableReferencesTest, FindsTablesAfterFromJoinAndComma) {
  const Case cases[] = {
      {"select 1", {}},
      {"select a from orders", {"orders:10"}},
      {"SELECT a\nFROM Staging.Orders AS o", {"staging.orders:11"}},
      {"select a from \"orders\" o", {"orders:10"}},
      {"select a from staging . \"Or\"\"ders\"", {"staging.Or\"ders:10"}},
      {"select a from a.b.c", {"a.b.c:10"}},
      {"select a from orders o\njoin lines l on l.no = o.no\nleft join prices using (item)",
       {"orders:10", "lines:11", "prices:12"}},
      {"select a from orders, staging.lines as l,\ncustomers where x in (1, 2)",
       {"orders:10", "staging.lines:10", "customers:11"}},
      {"select a from orders cross join customers, prices", {"orders:10", "customers:10", "prices:10"}},
      {"select a from orders where a = b group by c, d order by e, f", {"orders:10"}},
      {"select a, b from orders union all select c, d from lines", {"orders:10", "lines:10"}},
      {"select a from orders -- from nowhere\n/* join nothing */", {"orders:10"}},
      {"select 'from x' as \"from y\" from orders", {"orders:10"}},
  };
  for (const auto& test : cases)
    EXPECT_EQ(tables(test.select), test.tables) << test.select;
}

TEST(TableReferencesTest, FindsTablesAtEveryDepth) {
  const Case cases[] = {
      {"select (select max(x) from lines) from orders", {"lines:10", "orders:10"}},
      {"select a from (select b from orders) as o, lines", {"orders:10", "lines:10"}},
      {"select a from (orders o join lines l on o.no = l.no) join prices on true",
       {"orders:10", "lines:10", "prices:10"}},
      {"select a from ((select b from orders) union (select c from lines)) as both",
       {"orders:10", "lines:10"}},
      {"select a from orders where exists (select 1 from lines) and b in ((select c from prices))",
       {"orders:10", "lines:10", "prices:10"}},
      {"select coalesce((with x as (select 1 from lines) select * from x), 0) from orders",
       {"lines:10", "orders:10"}},
  };
  for (const auto& test : cases)
    EXPECT_EQ(tables(test.select), test.tables) << test.select;
}

TEST(TableReferencesTest, FromInsideAFunctionIsNoFromClause) {
  for (auto expression : {"extract(dow from ordered_at)", "trim(both ' ' from name)",
                          "substring(name from 2 for 3)", "a is distinct from b", "a is not distinct from b",
                          "overlay(name placing 'x' from 2)", "cast(a as timestamp with time zone)"}) {
    auto select = fmt::format("select {0} from orders where {0} = c", expression);
    EXPECT_THAT(tables(select), ElementsAre("orders:10")) << select;
  }
  EXPECT_THAT(tables("select extract(dow from (select max(at) from lines)) from orders"),
              ElementsAre("lines:10", "orders:10"));
}

TEST(TableReferencesTest, CommonTableExpressionsAreLeftOut) {
  EXPECT_THAT(
      tables("with recent as (select * from orders), paid (no) as materialized (select no from recent)\n"
             "select * from paid join \"recent\" on true"),
      ElementsAre("orders:10"));
  EXPECT_THAT(tables("WITH Recent AS (select 1) select * from RECENT"), IsEmpty());
  EXPECT_THAT(tables("with a as (select 1) select * from (select * from (select * from a) x) y"), IsEmpty());
  EXPECT_THAT(
      tables("with recursive tree (id) as (select 1 union all select id from tree) select * from tree"),
      IsEmpty());
}

TEST(TableReferencesTest, CommonTableExpressionsAreKnownOnlyInTheirScope) {
  // The usual first lines of a model: a CTE with the name of the table it reads.
  EXPECT_THAT(tables("with orders as (select * from orders) select * from orders"), ElementsAre("orders:10"));
  EXPECT_THAT(tables("with a as (select * from b), b as (select 1) select * from b"), ElementsAre("b:10"));
  EXPECT_THAT(tables("select * from (with a as (select 1) select * from a) x join a on true"),
              ElementsAre("a:10"));
  EXPECT_THAT(tables("with orders as (select 1) select * from staging.orders"),
              ElementsAre("staging.orders:10"));
}

TEST(TableReferencesTest, RefusesFromWithoutATable) {
  struct Broken {
    std::string_view select;
    std::string_view place;
  };
  const Broken cases[] = {
      {"select a from", "star/x.sql:10"},          {"select a\nfrom 'orders.csv'", "star/x.sql:11"},
      {"select a from b join\n", "star/x.sql:11"}, {"select a from (select b from)", "star/x.sql:10"},
      {"select a from b,\n\n1", "star/x.sql:12"},
  };
  for (const auto& test : cases) {
    try {
      tables(test.select);
      ADD_FAILURE() << test.select << " was accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kDefinition);
      EXPECT_EQ(error.place(), test.place) << test.select;
      EXPECT_THAT(error.what(), testing::HasSubstr("after FROM, JOIN or a comma"));
    }
  }
}

TEST(TableReferencesTest, SurvivesWhatIsNotSql) {
  for (auto text :
       {"", ")", "))((", "with", "with a", "with a as", "with ( select", "with 1 as (", "with ' as (select",
        "with \" as (select 1) select", "select ((((", "with recursive", "with a as (select 1)) from b"}) {
    try {
      tables(text);
    } catch (const Error&) {
    }
  }
}

}  // namespace
}  // namespace starlift
