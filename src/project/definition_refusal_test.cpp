#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <span>

#include "project/shop_definition_test.h"

namespace starlift {
namespace {

using testing::StartsWith;

struct Refusal {
  std::string_view path;
  std::string_view old_text;
  std::string_view new_text;
  std::string_view message;  ///< a part of it, from its front
};

void expect_refusals(std::span<const Refusal> cases) {
  for (const auto& test : cases) {
    EXPECT_THAT(refusal_of(edited(test.path, test.old_text, test.new_text)),
                StartsWith(std::string(test.message)))
        << test.old_text << " -> " << test.new_text;
  }
}

TEST(DefinitionRefusalTest, RefusesTomlWithItsLine) {
  const Refusal cases[] = {
      {"warehouse.toml", "name = \"shop\"", "name = shop", "warehouse.toml:1: this is not TOML: "},
      {"staging/orders.toml", "source = \"S3.ORDER_DATA\"", "source = \"S3",
       "staging/orders.toml:2: this is not TOML: "},
      {"staging/orders.toml", "source", "description = \"again\"\nsource",
       "staging/orders.toml:2: this is not TOML: "},
      {"star/order_lines.sql", "kind = \"fact\"", "kind = fact",
       "star/order_lines.sql:3: this is not TOML: "},
      {"checks/no_negative_amount.sql", "description = ", "description is ",
       "checks/no_negative_amount.sql:1: this is not TOML: "},
  };
  expect_refusals(cases);
  std::string deep(5000, 'a');
  for (size_t i = 1; i < deep.size(); i += 2)
    deep[i] = '.';
  EXPECT_EQ(refusal_of(edited("warehouse.toml", "name", "\n" + deep + "b = 1\nname")),
            "warehouse.toml:2: the line is longer than 4096 bytes; break it");
}

TEST(DefinitionRefusalTest, RefusesUnknownKeysWithTheNearest) {
  const Refusal cases[] = {
      {"warehouse.toml", "description", "descripton",
       "warehouse.toml:2: unknown key \"descripton\"; did you mean \"description\"?"},
      {"warehouse.toml",
       "name =", "x = 1\nname =", "warehouse.toml:1: unknown key \"x\"; known here: name, description"},
      {"staging/orders.toml", "columns = [", "colunms = [",
       "staging/orders.toml:4: unknown key \"colunms\"; did you mean \"columns\"?"},
      {"staging/orders.toml", "{ name = \"line_no\", type", "{ name = \"line_no\", typ",
       "staging/orders.toml:6: unknown key \"typ\"; did you mean \"type\"?"},
      {"staging/orders.toml", "required = true }", "references = \"a.b\" }",
       "staging/orders.toml:6: unknown key \"references\""},
      {"star/customers.sql",
       "key =", "keys =", "star/customers.sql:4: unknown key \"keys\"; did you mean \"key\"?"},
      {"star/customers.sql", "required = true }", "field = \"a\" }",
       "star/customers.sql:6: unknown key \"field\""},
      {"star/customers.sql", "distribution", "distribtuion",
       "star/customers.sql:9: unknown key \"distribtuion\"; did you mean \"distribution\"?"},
      {"star/customers.sql", "[redshift]", "[redshfit]",
       "star/customers.sql:8: unknown key \"redshfit\"; did you mean \"redshift\"?"},
      {"analytics/best_customers.sql", "question", "query",
       "analytics/best_customers.sql:3: unknown key \"query\"; known here: title, question, description, "
       "chart"},
      {"analytics/best_customers.sql",
       "x = ", "axis = ", "analytics/best_customers.sql:5: unknown key \"axis\"; known here: kind, x, y"},
      {"checks/no_negative_amount.sql", "description", "question",
       "checks/no_negative_amount.sql:1: unknown key \"question\""},
      {"checks/no_negative_amount.sql", "description", "descr",
       "checks/no_negative_amount.sql:1: unknown key \"descr\""},
  };
  expect_refusals(cases);
}

TEST(DefinitionRefusalTest, RefusesMissingKeys) {
  const Refusal cases[] = {
      {"warehouse.toml", "name = \"shop\"\n", "", "warehouse.toml:1: \"name\" is missing here"},
      {"warehouse.toml", "description = \"Orders of a shop\"", "",
       "warehouse.toml:1: \"description\" is missing here"},
      {"staging/orders.toml", "source = \"S3.ORDER_DATA\"\n", "",
       "staging/orders.toml:1: \"source\" is missing here"},
      {"staging/orders.toml", "name = \"line_no\", ", "", "staging/orders.toml:6: \"name\" is missing here"},
      {"staging/orders.toml", ", type = \"smallint\"", "", "staging/orders.toml:6: \"type\" is missing here"},
      {"star/customers.sql", "description = \"One row per customer\"\n", "",
       "star/customers.sql:1: \"description\" is missing here"},
      {"star/customers.sql", "kind = \"dimension\"\n", "", "star/customers.sql:1: \"kind\" is missing here"},
      {"star/customers.sql", "key = [\"email\"]\n", "", "star/customers.sql:1: \"key\" is missing here"},
      {"analytics/best_customers.sql", "title = \"Best customers\"\n", "",
       "analytics/best_customers.sql:1: \"title\" is missing here"},
  };
  expect_refusals(cases);
  auto files = shop();
  file_of(files, "staging/orders.toml").text = "description = \"x\"\nsource = \"S3.A\"\n";
  EXPECT_EQ(refusal_of(files), "staging/orders.toml:1: \"columns\" is missing here");
}

TEST(DefinitionRefusalTest, RefusesValuesOfAnotherTypeAndEmptyOnes) {
  const Refusal cases[] = {
      {"warehouse.toml", "\"shop\"", "7", "warehouse.toml:1: \"name\" must be text, not a number"},
      {"warehouse.toml", "\"shop\"", "2018-11-01",
       "warehouse.toml:1: \"name\" must be text, not a date or time"},
      {"warehouse.toml", "\"Orders of a shop\"", "\" \"",
       "warehouse.toml:2: \"description\" must not be empty"},
      {"staging/orders.toml", "required = true }", "required = \"yes\" }",
       "staging/orders.toml:6: \"required\" must be true or false, not text"},
      {"staging/orders.toml", "{ name = \"line_no\", type = \"smallint\", required = true }", "\"line_no\"",
       "staging/orders.toml:6: \"columns\" must be an array of tables, not text"},
      {"star/customers.sql", "[\"email\"]", "\"email\"",
       "star/customers.sql:4: \"key\" must be an array of texts, not text"},
      {"star/customers.sql", "[\"email\"]", "[true]",
       "star/customers.sql:4: \"key\" must be an array of texts, not true or false"},
      {"star/customers.sql", "[\"email\"]", "[]", "star/customers.sql:4: \"key\" must not be empty"},
      {"star/customers.sql", "[redshift]\ndistribution = \"all\"", "redshift = \"all\"",
       "star/customers.sql:8: \"redshift\" must be a table, not text"},
      {"star/customers.sql", "distribution = \"all\"", "distribution = [\"all\"]",
       "star/customers.sql:9: \"distribution\" must be text, not an array"},
      {"star/customers.sql", "distribution = \"all\"", "sort_key = [{}]",
       "star/customers.sql:9: \"sort_key\" must be an array of texts, not a table"},
  };
  expect_refusals(cases);
}

TEST(DefinitionRefusalTest, RefusesEncodings) {
  const Refusal cases[] = {
      {"star/customers.sql", "distribution = \"all\"", "encoding = { emial = \"zstd\" }",
       "star/customers.sql:9: encoding names \"emial\", which is none of the columns; did you mean "
       "\"email\"?"},
      {"star/customers.sql", "distribution = \"all\"", "encoding = { email = \"az64\" }",
       "star/customers.sql:9: \"az64\" is no encoding of column \"email\", which is varchar(320); write one "
       "of raw, "
       "bytedict, lzo, runlength, text255, text32k, zstd"},
      {"star/customers.sql", "distribution = \"all\"", "[redshift.encoding]\nemail = \"gzip\"",
       "star/customers.sql:10: \"gzip\" is no encoding of column \"email\""},
      {"staging/orders.toml", "columns = [",
       "redshift = { encoding = { line_no = \"mostly16\" } }\ncolumns = [",
       "staging/orders.toml:4: \"mostly16\" is no encoding of column \"line_no\", which is smallint"},
      {"staging/orders.toml", "columns = [", "redshift = { encoding = { _record = \"raw\" } }\ncolumns = [",
       "staging/orders.toml:4: encoding names \"_record\", which is none of the columns"},
      {"staging/orders.toml", "columns = [", "redshift = { sort_key = [\"line_no\"] }\ncolumns = [",
       "staging/orders.toml:4: unknown key \"sort_key\"; known here: encoding"},
  };
  expect_refusals(cases);
}

TEST(DefinitionRefusalTest, RefusesNames) {
  const std::string long_name(64, 'a');
  const Refusal cases[] = {
      {"warehouse.toml", "\"shop\"", "\"My Shop\"",
       "warehouse.toml:1: \"My Shop\" cannot be a warehouse's name"},
      {"warehouse.toml", "\"shop\"", "\"_shop\"", "warehouse.toml:1: \"_shop\" cannot be a warehouse's name"},
      {"staging/orders.toml", "\"line_no\"", "\"lineNo\"",
       "staging/orders.toml:6: \"lineNo\" cannot be a column's name"},
      {"staging/orders.toml", "\"line_no\"", "\"1st\"",
       "staging/orders.toml:6: \"1st\" cannot be a column's name"},
      {"staging/orders.toml", "\"line_no\"", "\"größe\"",
       "staging/orders.toml:6: \"größe\" cannot be a column's name"},
      {"staging/orders.toml", "line_no", long_name, "staging/orders.toml:6: \"aaaa"},
      {"staging/orders.toml", "\"line_no\"", "\"_line_no\"",
       "staging/orders.toml:6: column \"_line_no\" begins with _"},
  };
  expect_refusals(cases);
  for (auto [path, message] :
       {std::pair("star/Orders.sql", "star/Orders.sql:1: \"Orders\" cannot be a name here; rename the file"),
        std::pair("star/.sql", "star/.sql:1: \"\" cannot be a name"),
        std::pair("star/old/orders.sql", "star/old/orders.sql:1: \"old/orders\" cannot be a name"),
        std::pair("checks/no-gaps.sql", "checks/no-gaps.sql:1: \"no-gaps\" cannot be a name")}) {
    auto files = shop();
    auto like =
        std::string_view(path).starts_with("star") ? "star/customers.sql" : "checks/no_negative_amount.sql";
    files.push_back({path, file_of(files, like).text});
    EXPECT_THAT(refusal_of(files), StartsWith(message));
  }
  EXPECT_EQ(read_definition(edited("star/customers.sql", "columns = [",
                                   "columns = [ { name = \"_seen\", type = \"date\" },"))
                .find_model("customers")
                ->columns.size(),
            2u)
      << "a star table has no columns of starlift's own";
}

TEST(DefinitionRefusalTest, RefusesDuplicates) {
  const Refusal cases[] = {
      {"staging/orders.toml", "\"amount\"", "\"line_no\"",
       "staging/orders.toml:8: column \"line_no\" is declared a second time"},
      {"star/order_lines.sql", "\"amount\"", "\"email\"",
       "star/order_lines.sql:10: column \"email\" is declared a second time"},
      {"star/order_lines.sql", "[\"order_no\", \"line_no\"]", "[\"order_no\",\n \"order_no\"]",
       "star/order_lines.sql:5: key names \"order_no\" twice"},
      {"star/order_lines.sql", "[\"ordered_at\", \"order_no\"]", "[\"order_no\", \"order_no\"]",
       "star/order_lines.sql:14: sort_key names \"order_no\" twice"},
  };
  expect_refusals(cases);
  auto files = shop();
  files.push_back(file_of(files, "star/customers.sql"));
  EXPECT_EQ(refusal_of(files), "star/customers.sql:1: the definition holds this file twice");
}

TEST(DefinitionRefusalTest, RefusesUnknownTypesAndUnits) {
  const Refusal cases[] = {
      {"staging/orders.toml", "\"smallint\"", "\"int\"",
       "staging/orders.toml:6: unknown type \"int\" of column \"line_no\"; write smallint, "},
      {"staging/orders.toml", "varchar(320)", "varchar(70000)",
       "staging/orders.toml:9: unknown type \"varchar(70000)\""},
      {"star/order_lines.sql", "decimal(12,2)", "decimal(2,12)",
       "star/order_lines.sql:10: unknown type \"decimal(2,12)\""},
      {"staging/orders.toml", "source =", "objects = \"eternal\"\nsource =",
       "staging/orders.toml:2: \"eternal\" is nothing that objects can be; write \"immutable\""},
      {"staging/orders.toml", "iso8601", "hours",
       "staging/orders.toml:7: unknown unit \"hours\"; write s, ms, us or iso8601"},
      {"staging/orders.toml", ", unit = \"iso8601\"", "",
       "staging/orders.toml:7: timestamp column \"ordered_at\" needs a \"unit\""},
      {"staging/orders.toml", "type = \"smallint\"", "type = \"smallint\", unit = \"ms\"",
       "staging/orders.toml:6: column \"line_no\" is no timestamp and has no \"unit\""},
      {"star/customers.sql", "\"dimension\"", "\"facts\"",
       "star/customers.sql:3: unknown kind \"facts\"; write fact or dimension"},
  };
  expect_refusals(cases);
}

TEST(DefinitionRefusalTest, RefusesSourcesAndFields) {
  for (auto source : {"S3", "S3.A.B", ".A", "S3.", "S 3.A", "s3://bucket/orders"}) {
    EXPECT_EQ(refusal_of(edited("staging/orders.toml", "S3.ORDER_DATA", source)),
              "staging/orders.toml:2: \"" + std::string(source) +
                  "\" names no key of dwh.cfg; write SECTION.KEY, as in \"S3.ORDER_DATA\"");
  }
  const Refusal cases[] = {
      {"staging/orders.toml", "S3.ORDER_JSONPATHS", "auto",
       "staging/orders.toml:3: \"auto\" names no key of dwh.cfg"},
      {"staging/orders.toml", "\"order.no\"", "\"order..no\"",
       "staging/orders.toml:5: \"order..no\" is no path to a field"},
  };
  expect_refusals(cases);
}

TEST(DefinitionRefusalTest, RefusesKeysAndColumnsThatDoNotFit) {
  const Refusal cases[] = {
      {"star/customers.sql", "[\"email\"]", "[\"emial\"]",
       "star/customers.sql:4: key names \"emial\", which is none of the columns; did you mean \"email\"?"},
      {"star/customers.sql", ", required = true", "",
       "star/customers.sql:4: key column \"email\" may be null; add required = true to it"},
      {"star/order_lines.sql", "key(email)", "key(emial)",
       "star/order_lines.sql:13: distribution names \"emial\", which is none of the columns; did you mean "
       "\"email\"?"},
      {"star/order_lines.sql", "key(email)", "email",
       "star/order_lines.sql:13: unknown distribution \"email\"; write auto, even, all or key(COLUMN)"},
      {"star/order_lines.sql", "key(email)", "hash(email)", "star/order_lines.sql:13: unknown distribution"},
      {"star/order_lines.sql", "key(email)", "key(email", "star/order_lines.sql:13: unknown distribution"},
      {"star/order_lines.sql", "sort_key = [\"ordered_at\"", "sort_key = [\"order_at\"",
       "star/order_lines.sql:14: sort_key names \"order_at\", which is none of the columns; did you mean"},
  };
  expect_refusals(cases);
}

TEST(DefinitionRefusalTest, RefusesChartsThatNobodyCanDraw) {
  const Refusal cases[] = {
      {"analytics/best_customers.sql", "\"bar\"", "\"pie\"",
       "analytics/best_customers.sql:5: unknown kind \"pie\" of chart; write bar or line"},
      {"analytics/best_customers.sql", "[\"amount\"]", "[\"amount\", \"email\"]",
       "analytics/best_customers.sql:5: the chart names the column \"email\" twice"},
      {"analytics/best_customers.sql", "[\"amount\"]", "[\"amount\", \"amount\"]",
       "analytics/best_customers.sql:5: the chart names the column \"amount\" twice"},
      {"analytics/best_customers.sql", "[\"amount\"]", "\"amount\"",
       "analytics/best_customers.sql:5: \"y\" must be an array of texts, not text"},
      {"analytics/best_customers.sql", "x = \"email\", ", "",
       "analytics/best_customers.sql:5: \"x\" is missing here"},
  };
  expect_refusals(cases);
}

TEST(DefinitionRefusalTest, RefusesWhatNoCheckCanBeMadeFrom) {
  const Refusal cases[] = {
      {"star/order_lines.sql", "[1, 2, 3]", "[\"1\"]",
       "star/order_lines.sql:7: \"accepted\" must be an array of whole numbers, not text"},
      {"star/order_lines.sql", "[1, 2, 3]", "[1, 2, 1]",
       "star/order_lines.sql:7: accepted names \"1\" twice"},
      {"star/order_lines.sql", "[1, 2, 3]", "[]", "star/order_lines.sql:7: \"accepted\" must not be empty"},
      {"star/order_lines.sql", "type = \"timestamp\"", "type = \"timestamp\", accepted = [1]",
       "star/order_lines.sql:8: \"accepted\" is for varchar and whole numbers; column \"ordered_at\" is "
       "timestamp"},
      {"star/order_lines.sql", "references = \"customers.email\"", "accepted = [7]",
       "star/order_lines.sql:9: \"accepted\" must be an array of texts, not a number"},
      {"star/order_lines.sql", "[redshift]", "[rows]\nat_least = \"select 1\"\n[redshift]",
       "star/order_lines.sql:13: unknown key \"at_least\"; known here: equal"},
      {"star/order_lines.sql", "[redshift]", "[rows]\n[redshift]",
       "star/order_lines.sql:12: \"equal\" is missing here"},
      {"star/order_lines.sql", "[redshift]",
       "[rows]\nequal = \"select count(*) from order_line\"\n[redshift]",
       "star/order_lines.sql:13: reads table \"order_line\", which is neither a CTE, nor a model, nor "
       "staging.<dataset>; did you mean \"order_lines\"?"},
  };
  expect_refusals(cases);
}

TEST(DefinitionRefusalTest, RefusesReferencesToNothing) {
  const Refusal cases[] = {
      {"star/order_lines.sql", "customers.email", "customer.email",
       "star/order_lines.sql:9: references model \"customer\", which does not exist; did you mean "
       "\"customers\"?"},
      {"star/order_lines.sql", "customers.email", "customers.emial",
       "star/order_lines.sql:9: references \"customers.emial\", but \"customers\" has no such column; did "
       "you mean \"email\"?"},
      {"star/order_lines.sql", "customers.email", "order_lines.line_no",
       "star/order_lines.sql:9: references \"order_lines.line_no\", which is not the key of \"order_lines\": "
       "order_no, line_no"},
      {"star/order_lines.sql", "customers.email", "customers",
       "star/order_lines.sql:9: \"customers\" references nothing; write MODEL.COLUMN"},
      {"star/order_lines.sql", "customers.email", "staging.orders.email",
       "star/order_lines.sql:9: \"staging.orders.email\" references nothing"},
  };
  expect_refusals(cases);
}

TEST(DefinitionRefusalTest, RefusesBodiesThatAreNotOneSelect) {
  struct Body {
    std::string text;
    std::string_view message;
  };
  const std::string head = "/*\ndescription = \"Email\"\n*/\n";
  const Body cases[] = {
      {"", "checks/x.sql:1: the file must begin with a comment /* ... */"},
      {"select 1", "checks/x.sql:1: the file must begin with a comment /* ... */"},
      {"-- description\n" + head + "select 1",
       "checks/x.sql:1: the file must begin with a comment /* ... */"},
      {"\n/*\ndescription = \"Email\"\nselect 1",
       "checks/x.sql:2: the comment that begins here is not closed; end it with */"},
      {head, "checks/x.sql:3: no SELECT follows the leading comment"},
      {head + "-- select 1\n;\n", "checks/x.sql:3: no SELECT follows the leading comment"},
      {head + "\n/* why */ delete from orders",
       "checks/x.sql:5: the statement must begin with SELECT or WITH, not with DELETE"},
      {head + "(select 1)", "checks/x.sql:4: the statement must begin with SELECT or WITH, not with ("},
      {head + "select 1;\n\nselect 2",
       "checks/x.sql:6: a second statement begins here; a file holds one SELECT"},
      {head + "select 1;\ndrop table orders;",
       "checks/x.sql:5: a second statement begins here; a file holds one SELECT"},
      {head + "select 1;;", "checks/x.sql:4: a second statement begins here"},
      {head + "select\n'a;\n", "checks/x.sql:5: a quote or comment that begins here is not closed"},
      {head + "select a\nfrom b /* where;\n",
       "checks/x.sql:5: a quote or comment that begins here is not closed"},
  };
  for (const auto& test : cases) {
    auto files = shop();
    files.push_back({"checks/x.sql", test.text});
    EXPECT_THAT(refusal_of(files), StartsWith(std::string(test.message))) << test.text;
  }
  for (std::string good :
       {"select 1", "SELECT 1;", "with a as (select 1) select * from a ; -- end\n/* really; */",
        "select ';' /* ; */ -- ;"}) {
    auto files = shop();
    files.push_back({"checks/x.sql", head + good});
    EXPECT_EQ(refusal_of(files), "accepted") << good;
  }
}

TEST(DefinitionRefusalTest, RefusesTablesThatDoNotExist) {
  const Refusal cases[] = {
      {"star/order_lines.sql", "left join customers", "left join custumers",
       "star/order_lines.sql:23: reads table \"custumers\", which is neither a CTE, nor a model, nor "
       "staging.<dataset>; "
       "did you mean \"customers\"?"},
      {"star/customers.sql", "staging.orders", "staging.order",
       "star/customers.sql:11: reads table \"staging.order\", which is neither a CTE, nor a model, nor "
       "staging.<dataset>; "
       "did you mean \"staging.orders\"?"},
      {"star/customers.sql", "staging.orders", "orders",
       "star/customers.sql:11: reads table \"orders\", which is neither a CTE, nor a model, nor "
       "staging.<dataset>; "
       "did you mean \"staging.orders\"?"},
      {"star/customers.sql", "staging.orders", "public.order_lines",
       "star/customers.sql:11: reads table \"public.order_lines\""},
      {"star/customers.sql", "staging.orders", "db.staging.orders",
       "star/customers.sql:11: reads table \"db.staging.orders\""},
      {"star/customers.sql", "staging.orders", "'orders.csv'",
       "star/customers.sql:11: a table's name or a parenthesis is missing here"},
  };
  expect_refusals(cases);
}

TEST(DefinitionRefusalTest, RefusesFilesWhereTheyDoNotBelong) {
  auto files = shop();
  files.push_back({"staging/orders.sql", "select 1"});
  EXPECT_EQ(refusal_of(files),
            "staging/orders.sql:1: staging/ holds .toml files only; rename or remove this one");
  files.back().path = "star/orders.toml";
  EXPECT_EQ(refusal_of(files), "star/orders.toml:1: star/ holds .sql files only; rename or remove this one");
}

TEST(DefinitionRefusalTest, RefusesADefinitionWithoutItsParts) {
  EXPECT_THAT(refusal_of({}), StartsWith("warehouse.toml:1: the file is missing"));
  EXPECT_EQ(refusal_of({kShop[0]}),
            "warehouse.toml:1: the definition stages nothing; add a file staging/NAME.toml");
}

}  // namespace
}  // namespace starlift
