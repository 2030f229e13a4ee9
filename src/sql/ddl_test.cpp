#include "sql/ddl.h"

#include <gmock/gmock.h>

#include <string>

namespace starlift {
namespace {

TableDesign::DesignColumn column(std::string name, std::string_view type, bool is_nullable = true) {
  return {.column = {std::move(name), parse_column_type(type).value(), is_nullable}};
}

TableDesign readings() {
  TableDesign table{.name = {"", "readings"},
                    .columns = {column("sensor_id", "varchar(64)", false), column("at", "timestamp", false),
                                column("celsius", "double")},
                    .key = {"sensor_id", "at"},
                    .redshift_distribution = "key(sensor_id)",
                    .redshift_sort_key = {"at", "sensor_id"}};
  table.columns[0].reference = Reference{{"", "sensors"}, "sensor_id"};
  return table;
}

std::string create(const TableDesign& table, Engine engine) {
  return create_table_sql(table, Dialect::of(engine));
}

TEST(CreateTableTest, DuckDbHasNeitherKeysNorReferences) {
  EXPECT_EQ(create(readings(), Engine::kDuckDb),
            R"(create table if not exists "readings" (
    "sensor_id" varchar   not null,
    "at"        timestamp not null,
    "celsius"   double
))");
}

TEST(CreateTableTest, PostgresHasItsKeyAndTextInByteOrder) {
  EXPECT_EQ(create(readings(), Engine::kPostgres),
            R"(create table if not exists "readings" (
    "sensor_id" varchar(64) collate "C" not null,
    "at"        timestamp               not null,
    "celsius"   double precision,
    primary key ("sensor_id", "at")
))");
}

TEST(CreateTableTest, RedshiftAlsoHasReferencesDistributionAndSortKey) {
  EXPECT_EQ(create(readings(), Engine::kRedshift),
            R"(create table if not exists "readings" (
    "sensor_id" varchar(64)      not null references "sensors" ("sensor_id"),
    "at"        timestamp        not null,
    "celsius"   double precision,
    primary key ("sensor_id", "at")
)
diststyle key
distkey ("sensor_id")
sortkey ("at", "sensor_id"))");
}

TEST(CreateTableTest, OnlyRedshiftHasEncodingsThatAreNamed) {
  TableDesign table = readings();
  std::string postgres = create(table, Engine::kPostgres), duckdb = create(table, Engine::kDuckDb);
  table.columns[0].redshift_encoding = "bytedict";
  table.columns[2].redshift_encoding = "zstd";
  EXPECT_EQ(create(table, Engine::kPostgres), postgres);
  EXPECT_EQ(create(table, Engine::kDuckDb), duckdb);
  EXPECT_EQ(create(table, Engine::kRedshift),
            R"(create table if not exists "readings" (
    "sensor_id" varchar(64)      encode bytedict not null references "sensors" ("sensor_id"),
    "at"        timestamp        not null,
    "celsius"   double precision encode zstd,
    primary key ("sensor_id", "at")
)
diststyle key
distkey ("sensor_id")
sortkey ("at", "sensor_id"))");
}

TEST(CreateTableTest, OnRedshiftAKeyNeedNotBeDeclared) {
  TableDesign table = readings();
  table.has_redshift_primary_key = false;
  EXPECT_THAT(create(table, Engine::kRedshift), testing::Not(testing::HasSubstr("primary key")));
  EXPECT_THAT(create(table, Engine::kPostgres), testing::HasSubstr("primary key"));
}

TEST(CreateTableTest, ANullableReferenceHasNoNotNull) {
  TableDesign table{.name = {"staging", "alarms"}, .columns = {column("sensor_id", "bigint")}};
  table.columns[0].reference = Reference{{"plant", "sensors"}, "id"};
  EXPECT_EQ(create(table, Engine::kRedshift),
            R"(create table if not exists "staging"."alarms" (
    "sensor_id" bigint references "plant"."sensors" ("id")
)
diststyle auto)");
}

TEST(CreateTableTest, ATableWithoutKeyDeclaresNone) {
  TableDesign table{.name = {"", "log"}, .columns = {column("line", "varchar(80)")}};
  EXPECT_EQ(create(table, Engine::kPostgres),
            "create table if not exists \"log\" (\n    \"line\" varchar(80) collate \"C\"\n)");
}

TEST(CreateTableTest, EveryDistributionOfRedshift) {
  TableDesign table{.name = {"", "log"}, .columns = {column("a b", "date")}};
  auto ending = [&](std::string distribution) {
    table.redshift_distribution = std::move(distribution);
    std::string sql = create(table, Engine::kRedshift);
    return sql.substr(sql.rfind("\n)") + 2);
  };
  EXPECT_EQ(ending(""), "\ndiststyle auto");
  EXPECT_EQ(ending("auto"), "\ndiststyle auto");
  EXPECT_EQ(ending("even"), "\ndiststyle even");
  EXPECT_EQ(ending("all"), "\ndiststyle all");
  EXPECT_EQ(ending("key( a b )"), "\ndiststyle key\ndistkey (\"a b\")");
}

TEST(DropTableTest, OnlyWhereReferencesAreDeclaredTheyGoWithTheTable) {
  TableName table{"staging", "readings"};
  EXPECT_EQ(drop_table_sql(table, Dialect::of(Engine::kDuckDb)),
            "drop table if exists \"staging\".\"readings\"");
  EXPECT_EQ(drop_table_sql(table, Dialect::of(Engine::kPostgres)),
            "drop table if exists \"staging\".\"readings\"");
  EXPECT_EQ(drop_table_sql(table, Dialect::of(Engine::kRedshift)),
            "drop table if exists \"staging\".\"readings\" cascade");
}

}  // namespace
}  // namespace starlift
