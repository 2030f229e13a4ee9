#include "project/definition.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "project/shop_definition_test.h"

namespace starlift {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

TEST(DefinitionTest, ReadsTheWarehouse) {
  auto definition = read_definition(kShop);
  EXPECT_EQ(definition.name, "shop");
  EXPECT_EQ(definition.description, "Orders of a shop");
}

TEST(DefinitionTest, ReadsADataset) {
  auto definition = read_definition(kShop);
  const auto* orders = definition.find_dataset("orders");
  ASSERT_TRUE(orders);
  EXPECT_EQ(orders->description, "Order lines as the shop exports them");
  EXPECT_EQ(orders->source.section, "S3");
  EXPECT_EQ(orders->source.key, "ORDER_DATA");
  ASSERT_TRUE(orders->jsonpaths);
  EXPECT_EQ(orders->jsonpaths->key, "ORDER_JSONPATHS");
  EXPECT_EQ(orders->file, "staging/orders.toml");
  EXPECT_EQ(definition.find_dataset("customers"), nullptr);
}

TEST(DefinitionTest, ObjectsAreImmutableWhereThatIsDeclared) {
  EXPECT_FALSE(read_definition(kShop).datasets[0].has_immutable_objects);
  for (auto [word, is_immutable] : {std::pair("immutable", true), std::pair("changing", false)}) {
    auto files = edited("staging/orders.toml", "source =", fmt::format("objects = \"{}\"\nsource =", word));
    auto definition = read_definition(files);
    EXPECT_EQ(definition.datasets[0].has_immutable_objects, is_immutable);
    EXPECT_EQ(definition.datasets[0].fingerprint, read_definition(kShop).datasets[0].fingerprint);
  }
}

TEST(DefinitionTest, ReadsStagingColumns) {
  auto definition = read_definition(kShop);
  const auto& columns = definition.find_dataset("orders")->columns;
  ASSERT_EQ(columns.size(), 5u);
  EXPECT_EQ(columns[0].column.name, "order_no");
  EXPECT_EQ(to_string(columns[0].column.type), "varchar(20)");
  EXPECT_FALSE(columns[0].column.is_nullable);
  EXPECT_EQ(columns[0].field, (FieldPath{"order", "no"}));
  EXPECT_EQ(columns[0].description, "Printed on the bill");
  EXPECT_EQ(columns[1].field, FieldPath{"line_no"});
  EXPECT_EQ(columns[2].unit, TimeUnit::kIso8601);
  EXPECT_TRUE(columns[2].column.is_nullable);
  EXPECT_EQ(columns[4].field, (FieldPath{"customer", "e.mail"}));
}

TEST(DefinitionTest, ReadsEveryUnit) {
  const std::pair<std::string, TimeUnit> units[] = {{"s", TimeUnit::kSeconds},
                                                    {"ms", TimeUnit::kMilliseconds},
                                                    {"us", TimeUnit::kMicroseconds},
                                                    {"iso8601", TimeUnit::kIso8601}};
  for (const auto& [name, unit] : units) {
    auto definition = read_definition(edited("staging/orders.toml", "iso8601", name));
    EXPECT_EQ(definition.datasets[0].columns[2].unit, unit);
  }
}

TEST(DefinitionTest, ReadsAModel) {
  auto definition = read_definition(kShop);
  const auto* lines = definition.find_model("order_lines");
  ASSERT_TRUE(lines);
  EXPECT_EQ(lines->description, "One row per line of an order");
  EXPECT_EQ(lines->kind, ModelKind::kFact);
  EXPECT_THAT(lines->key, ElementsAre("order_no", "line_no"));
  EXPECT_EQ(lines->redshift_distribution, "key(email)");
  EXPECT_THAT(lines->redshift_sort_key, ElementsAre("ordered_at", "order_no"));
  EXPECT_THAT(lines->reads_datasets, ElementsAre("orders"));
  EXPECT_THAT(lines->reads_models, ElementsAre("customers"));
  EXPECT_EQ(lines->file, "star/order_lines.sql");
  ASSERT_EQ(lines->columns.size(), 5u);
  EXPECT_EQ(lines->columns[0].description, "Printed on the bill");
  EXPECT_FALSE(lines->columns[1].column.is_nullable);
  EXPECT_TRUE(lines->columns[2].column.is_nullable);
  EXPECT_FALSE(lines->columns[2].references);
  ASSERT_TRUE(lines->columns[3].references);
  EXPECT_EQ(lines->columns[3].references->model, "customers");
  EXPECT_EQ(lines->columns[3].references->column, "email");
  EXPECT_EQ(definition.find_model("orders"), nullptr);
}

TEST(DefinitionTest, ABodyIsTheSelectWithoutCommentsAroundItAndSemicolon) {
  auto definition = read_definition(kShop);
  const auto* lines = definition.find_model("order_lines");
  EXPECT_THAT(lines->select, StartsWith("with lines as (\n"));
  EXPECT_TRUE(lines->select.ends_with("on c.email = l.email")) << lines->select;
  EXPECT_EQ(lines->select_line, 18);
}

TEST(DefinitionTest, RedshiftIsOptional) {
  auto definition = read_definition(edited("star/customers.sql", "[redshift]\ndistribution = \"all\"\n", ""));
  const auto* customers = definition.find_model("customers");
  EXPECT_EQ(customers->redshift_distribution, "auto");
  EXPECT_THAT(customers->redshift_sort_key, IsEmpty());
}

TEST(DefinitionTest, ReadsEveryDistribution) {
  const std::pair<std::string, std::string> styles[] = {{"auto", "auto"},
                                                        {"EVEN", "even"},
                                                        {"all", "all"},
                                                        {"key(email)", "key(email)"},
                                                        {"KEY ( email )", "key(email)"}};
  for (const auto& [written, read] : styles) {
    auto definition = read_definition(edited("star/customers.sql", "\"all\"", "\"" + written + "\""));
    EXPECT_EQ(definition.find_model("customers")->redshift_distribution, read);
  }
}

TEST(DefinitionTest, ReadsEncodings) {
  auto definition =
      read_definition(edited("star/order_lines.sql", "[redshift]",
                             "[redshift]\nencoding = { amount = \"AZ64\", order_no = \"zstd\" }"));
  const auto& columns = definition.find_model("order_lines")->columns;
  EXPECT_EQ(columns[0].redshift_encoding, "zstd");
  EXPECT_EQ(columns[1].redshift_encoding, "");
  EXPECT_EQ(columns[4].redshift_encoding, "az64");

  auto files = shop();
  file_of(files, "staging/orders.toml").text += "[redshift.encoding]\nemail = \"text32k\"\n";
  auto encoded = read_definition(files);
  EXPECT_EQ(encoded.datasets[0].columns[0].redshift_encoding, "");
  EXPECT_EQ(encoded.datasets[0].columns[4].redshift_encoding, "text32k");
  EXPECT_EQ(encoded.fingerprint, read_definition(shop()).fingerprint);
}

TEST(DefinitionTest, ReadsSavedQueries) {
  auto definition = read_definition(kShop);
  ASSERT_EQ(definition.analytics.size(), 1u);
  EXPECT_EQ(definition.analytics[0].name, "best_customers");
  EXPECT_EQ(definition.analytics[0].title, "Best customers");
  EXPECT_EQ(definition.analytics[0].question, "Who spent most?");
  EXPECT_EQ(definition.analytics[0].description, "By amount");
  EXPECT_EQ(definition.analytics[0].sql,
            "select email, sum(amount) as amount from order_lines group by email");
  EXPECT_EQ(definition.analytics[0].sql_line, 7);
  EXPECT_EQ(definition.find_query("best_customers"), &definition.analytics[0]);
  EXPECT_EQ(definition.find_query("worst_customers"), nullptr);
  ASSERT_EQ(definition.checks.size(), 1u);
  EXPECT_EQ(definition.checks[0].title, "no_negative_amount") << "the name stands in for the title";
  EXPECT_EQ(definition.checks[0].sql_line, 2);
}

TEST(DefinitionTest, ReadsChartHints) {
  auto chart = read_definition(kShop).analytics[0].chart;
  ASSERT_TRUE(chart);
  EXPECT_EQ(chart->kind, ChartHint::Kind::kBar);
  EXPECT_EQ(chart->x, "email");
  EXPECT_THAT(chart->y, ElementsAre("amount"));
  EXPECT_EQ(chart->line, 5);
  chart = read_definition(edited("analytics/best_customers.sql", "\"bar\"", "\"line\"")).analytics[0].chart;
  EXPECT_EQ(to_string(chart->kind), "line");
  std::string hint = "chart = { kind = \"bar\", x = \"email\", y = [\"amount\"] }\n";
  EXPECT_FALSE(read_definition(edited("analytics/best_customers.sql", hint, "")).analytics[0].chart);
}

TEST(DefinitionTest, ReadsWhatChecksAreMadeFrom) {
  auto definition = read_definition(
      edited("star/order_lines.sql", "[redshift]",
             "[rows]\nequal = \"\"\"\nselect count(*)\nfrom staging.orders\"\"\"\n[redshift]"));
  const auto* lines = definition.find_model("order_lines");
  EXPECT_THAT(lines->columns[1].accepted, ElementsAre("1", "2", "3"));
  EXPECT_THAT(lines->columns[2].accepted, IsEmpty());
  ASSERT_TRUE(lines->rows);
  EXPECT_EQ(lines->rows->select, "select count(*)\nfrom staging.orders");
  EXPECT_THAT(lines->rows->reads_datasets, ElementsAre("orders"));
  EXPECT_FALSE(lines->rows->reads_models);
  definition = read_definition(edited("star/order_lines.sql", "[redshift]",
                                      "[rows]\nequal = \"select count(*) from customers\"\n[redshift]"));
  EXPECT_TRUE(definition.find_model("order_lines")->rows->reads_models);
}

TEST(DefinitionTest, AcceptsWindowsLinesAndByteOrderMarks) {
  auto files = shop();
  for (auto& file : files) {
    std::string text = "\xEF\xBB\xBF";
    for (char c : file.text)
      text += c == '\n' ? "\r\n" : std::string(1, c);
    file.text = text;
  }
  auto definition = read_definition(files);
  EXPECT_EQ(definition.find_model("order_lines")->select_line, 18);
  EXPECT_EQ(definition.analytics[0].sql,
            "select email, sum(amount) as amount from order_lines group by email");
}

TEST(DefinitionTest, AStagingTableAndAModelMayShareAName) {
  auto files = shop();
  file_of(files, "staging/orders.toml").path = "staging/customers.toml";
  for (auto& file : files) {
    if (size_t at = file.text.find("staging.orders"); at != file.text.npos)
      file.text.replace(at, 14, "staging.customers");
  }
  auto definition = read_definition(files);
  EXPECT_THAT(definition.find_model("order_lines")->reads_datasets, ElementsAre("customers"));
  EXPECT_THAT(definition.find_model("order_lines")->reads_models, ElementsAre("customers"));
}

TEST(DefinitionTest, ColumnsMayBeWrittenAsArrayTables) {
  auto files = edited("staging/orders.toml", "columns = [", "[[columns]]\nname = 'id'\ntype = 'bigint'\n");
  auto& text = file_of(files, "staging/orders.toml").text;
  text.resize(text.find("\n  { name"));
  for (auto path : {"star/customers.sql", "star/order_lines.sql"}) {
    std::erase_if(files, [&](const auto& file) { return file.path == path; });
  }
  auto definition = read_definition(files);
  ASSERT_EQ(definition.datasets[0].columns.size(), 1u);
  EXPECT_EQ(definition.datasets[0].columns[0].column.name, "id");
  EXPECT_THAT(definition.models, IsEmpty());
}

TEST(DefinitionTest, FilesElsewhereAreLeftAlone) {
  auto files = shop();
  files.push_back({"README.md", "# About"});
  files.push_back({"notes/star/old.sql", "not SQL"});
  EXPECT_EQ(read_definition(files).models.size(), 2u);
}

TEST(DefinitionTest, FingerprintChangesWithStagingAndStarOnly) {
  auto fingerprint = [](const Files& files) { return read_definition(files).fingerprint; };
  auto original = fingerprint(shop());
  EXPECT_EQ(original.size(), 16u);
  EXPECT_EQ(fingerprint(edited("analytics/best_customers.sql", "By amount", "By money")), original);
  EXPECT_EQ(fingerprint(edited("checks/no_negative_amount.sql", "never", "not")), original);
  EXPECT_EQ(fingerprint(edited("warehouse.toml", "Orders of", "Orders in")), original);
  EXPECT_NE(fingerprint(edited("warehouse.toml", "\"shop\"", "\"shop2\"")), original);
  EXPECT_NE(fingerprint(edited("staging/orders.toml", "varchar(20)", "varchar(21)")), original);
  EXPECT_NE(fingerprint(edited("star/customers.sql", "is not null", "<> ''")), original);
  EXPECT_EQ(fingerprint(edited("star/order_lines.sql", ", accepted = [1, 2, 3]", "")), original)
      << "checks make no table anew";
  auto reversed = shop();
  std::reverse(reversed.begin(), reversed.end());
  EXPECT_EQ(fingerprint(reversed), original);
}

TEST(DefinitionTest, FingerprintIsFnv1a) {
  // Computed apart from this code, with python: the same on every machine and in every release.
  const Files files = {
      {"warehouse.toml", "name = \"a\"\ndescription = \"b\"\n"},
      {"staging/s.toml",
       "description = \"d\"\nsource = \"S.K\"\ncolumns = [{ name = \"c\", type = \"date\" }]\n"},
  };
  EXPECT_EQ(read_definition(files).fingerprint, "3ee2d256226284e4");
}

}  // namespace
}  // namespace starlift
