#include "project/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/error.h"

namespace starlift {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view kPublicCopy = R"([CLUSTER]
HOST=''
DB_NAME='dev'
DB_USER=awsuser
DB_PASSWORD="p%ss=word#1"
DB_PORT=5439

[IAM_ROLE]
ARN='arn:aws:iam::123456789012:role/dwhRole'

[S3]
ORDER_DATA='s3://bucket/orders'
ORDER_JSONPATHS='s3://bucket/orders.json'
)";

WarehouseDefinition shop() {
  WarehouseDefinition definition;
  Dataset orders;
  orders.name = "orders";
  orders.source = {"S3", "ORDER_DATA"};
  orders.jsonpaths = ConfigKey{"S3", "ORDER_JSONPATHS"};
  Dataset customers;
  customers.name = "customers";
  customers.source = {"CRM", "CUSTOMERS"};
  definition.datasets = {orders, customers};
  return definition;
}

Config parse(std::string_view text, const Config::Environment& environment = {}) {
  return Config::parse(text, "dwh.cfg", environment);
}

TEST(ConfigTest, ReadsAPublicCopyUnchanged) {
  auto config = parse(kPublicCopy);
  EXPECT_EQ(config.get("CLUSTER", "HOST"), std::nullopt);
  EXPECT_EQ(config.get("CLUSTER", "DB_NAME"), "dev");
  EXPECT_EQ(config.get("CLUSTER", "DB_USER"), "awsuser");
  EXPECT_EQ(config.get("CLUSTER", "DB_PASSWORD"), "p%ss=word#1");
  EXPECT_EQ(config.get("CLUSTER", "DB_PORT"), "5439");
  EXPECT_EQ(config.get("IAM_ROLE", "ARN"), "arn:aws:iam::123456789012:role/dwhRole");
  EXPECT_EQ(config.get("S3", "ORDER_DATA"), "s3://bucket/orders");
  EXPECT_THAT(config.warnings(shop()), IsEmpty());
  EXPECT_EQ(config.engine(), Engine::kDuckDb);
}

TEST(ConfigTest, NamesAreTheSameWhateverTheirCase) {
  auto config = parse("[Cluster]\ndb_Name = dev\n");
  EXPECT_EQ(config.get("CLUSTER", "DB_NAME"), "dev");
  EXPECT_EQ(config.get("cluster", "db_name"), "dev");
  EXPECT_THAT(config.warnings(shop()), IsEmpty());
}

TEST(ConfigTest, WorksWithoutAFile) {
  auto config = parse("", {{"STARLIFT_S3_ORDER_DATA", "orders"}});
  EXPECT_EQ(config.get("S3", "ORDER_DATA"), "orders");
  EXPECT_EQ(config.get("CLUSTER", "HOST"), std::nullopt);
  EXPECT_EQ(config.engine(), Engine::kDuckDb);
  EXPECT_THAT(config.warnings(shop()), IsEmpty());
}

TEST(ConfigTest, TheEnvironmentWinsUnlessItIsEmpty) {
  auto config = parse("[CLUSTER]\nDB_NAME = file\nDB_USER = file\nDB_PORT =\n",
                      {{"STARLIFT_CLUSTER_DB_NAME", "'kept as it is' "},
                       {"STARLIFT_CLUSTER_DB_USER", ""},
                       {"STARLIFT_CLUSTER_DB_PORT", "5440"},
                       {"CLUSTER_DB_NAME", "not ours"}});
  EXPECT_EQ(config.get("CLUSTER", "DB_NAME"), "'kept as it is' ");
  EXPECT_EQ(config.get("cluster", "db_user"), "file");
  EXPECT_EQ(config.get("CLUSTER", "DB_PORT"), "5440");
}

TEST(ConfigTest, UnknownVariablesAreIgnored) {
  auto config = parse("", {{"STARLIFT_CLUSTR_HOST", "x"}, {"STARLIFT_CACHE", "y"}});
  EXPECT_THAT(config.warnings(shop()), IsEmpty());
}

TEST(ConfigTest, SaysWhereAValueIs) {
  auto config = Config::parse("[CLUSTER]\n\nDB_NAME = dev\nDB_USER =\nDB_PORT = 1\n", "conf/dwh.cfg",
                              {{"STARLIFT_CLUSTER_DB_PORT", "2"}});
  EXPECT_EQ(config.place("CLUSTER", "DB_NAME"), "conf/dwh.cfg:3");
  EXPECT_EQ(config.place("CLUSTER", "DB_USER"), "conf/dwh.cfg:4") << "empty, but that is the line to fill";
  EXPECT_EQ(config.place("cluster", "db_port"), "STARLIFT_CLUSTER_DB_PORT");
  EXPECT_EQ(config.place("S3", "ORDER_DATA"), "[S3] ORDER_DATA in conf/dwh.cfg");
}

TEST(ConfigTest, AnOlderNameCountsWhereTheNewOneHasNoValue) {
  auto config = Config::parse(
      "[CLUSTER]\nDB_NAME=\nDB_USER=new\n[DWH]\nDWH_DB=dwh\nDWH_DB_USER=old\nDWH_PORT=\n", "dwh.cfg", {});
  EXPECT_EQ(config.get("CLUSTER", "DB_NAME"), "dwh");
  EXPECT_EQ(config.place("CLUSTER", "DB_NAME"), "dwh.cfg:5");
  EXPECT_EQ(config.get("CLUSTER", "DB_USER"), "new");
  EXPECT_EQ(config.get("CLUSTER", "DB_PORT"), std::nullopt);
  EXPECT_THAT(config.warnings(shop()), testing::IsEmpty());
}

TEST(ConfigTest, RelativePathsStartAtTheFile) {
  struct Path {
    std::string file, path, resolved;
  };
  const Path cases[] = {
      {"dwh.cfg", "shop.duckdb", "shop.duckdb"},
      {"conf/dwh.cfg", "shop.duckdb", "conf/shop.duckdb"},
      {"conf/dwh.cfg", "./data/orders", "conf/data/orders"},
      {"conf/dwh.cfg", "../data", "data"},
      {"/etc/starlift/dwh.cfg", "data", "/etc/starlift/data"},
      {"conf/dwh.cfg", "/data/orders", "/data/orders"},
      {"conf/dwh.cfg", "s3://bucket/orders", "s3://bucket/orders"},
      {"conf/dwh.cfg", "file:///data/orders", "file:///data/orders"},
      {"conf/dwh.cfg", "odd/name://x", "conf/odd/name:/x"},
      {"conf/dwh.cfg", "", ""},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(Config::parse("", test.file, {}).resolve_path(test.path), test.resolved) << test.path;
  }
}

TEST(ConfigTest, WarnsOncePerUnknownSection) {
  auto config = parse("[S33]\nA=secret\nB=secret\n[S3]\n[PLACE]\nKEY=secret\n[s33]\nC=secret\n");
  EXPECT_THAT(config.warnings(shop()),
              ElementsAre("dwh.cfg:2: section [S33] is unknown and its 3 keys are ignored; did you mean S3?",
                          "dwh.cfg:6: section [PLACE] is unknown and its 1 key is ignored; known are AWS, "
                          "CLUSTER, COPY, IAM_ROLE, S3, WAREHOUSE, DWH, CRM"));
}

TEST(ConfigTest, WarnsPerUnknownKeyOfAKnownSection) {
  auto config =
      parse("[CLUSTER]\nDB_PASWORD=secret\nX=secret\n[CRM]\nCUSTOMER=secret\n[S3]\nCUSTOMERS=secret\n");
  EXPECT_THAT(config.warnings(shop()),
              ElementsAre("dwh.cfg:2: [CLUSTER] DB_PASWORD is unknown and ignored; did you mean DB_PASSWORD?",
                          "dwh.cfg:3: [CLUSTER] X is unknown and ignored; known are HOST, DB_NAME, DB_USER, "
                          "DB_PASSWORD, DB_PORT, SSLMODE, SSLROOTCERT, AUTH, AUTO_CREATE, IDENTIFIER, "
                          "NODE_TYPE, NODES, REGION, "
                          "SUBNET_GROUP, SECURITY_GROUP",
                          "dwh.cfg:5: [CRM] CUSTOMER is unknown and ignored; did you mean CUSTOMERS?",
                          "dwh.cfg:7: [S3] CUSTOMERS is unknown and ignored; known are REGION, ENDPOINT, "
                          "PATH_STYLE, REQUESTER_PAYS, STAGING, TIMEOUT_S, ORDER_DATA, ORDER_JSONPATHS"));
}

TEST(ConfigTest, ASwitchIsTrueOrFalseInManyWords) {
  auto config = parse("[S3]\nA=Yes\nB=off\nC=1\nD=perhaps\n");
  EXPECT_EQ(config.get_switch("S3", "A"), true);
  EXPECT_EQ(config.get_switch("S3", "B"), false);
  EXPECT_EQ(config.get_switch("S3", "C"), true);
  EXPECT_EQ(config.get_switch("S3", "E"), std::nullopt);
  EXPECT_THROW(config.get_switch("S3", "D"), Error);
}

TEST(ConfigTest, KnowsEveryDatasetUnderCopy) {
  EXPECT_THAT(parse("[COPY]\norders = direct\nORDER = lift\n").warnings(shop()),
              ElementsAre(HasSubstr("[COPY] ORDER is unknown and ignored; did you mean ORDERS?")));
}

TEST(ConfigTest, WarningsNeverHoldAValue) {
  auto config = parse("[CLUSTER]\nPASSWORD=secret\n[DWH]\nDB_PASSWORD=secret\n");
  EXPECT_THAT(config.warnings(shop()), AllOf(testing::SizeIs(2), Each(Not(HasSubstr("secret")))));
}

TEST(ConfigTest, KnowsEveryEngine) {
  const std::pair<std::string, Engine> cases[] = {
      {"duckdb", Engine::kDuckDb},       {"postgres", Engine::kPostgres}, {"redshift", Engine::kRedshift},
      {"PostgreSQL", Engine::kPostgres}, {"'DuckDB'", Engine::kDuckDb},
  };
  for (const auto& [name, engine] : cases) {
    EXPECT_EQ(parse("[WAREHOUSE]\nENGINE = " + name).engine(), engine) << name;
  }
}

TEST(ConfigTest, AHostWithoutAnEngineMeansRedshift) {
  EXPECT_EQ(parse("[CLUSTER]\nHOST = c.example.com").engine(), Engine::kRedshift);
  EXPECT_EQ(parse("", {{"STARLIFT_CLUSTER_HOST", "c.example.com"}}).engine(), Engine::kRedshift);
  EXPECT_EQ(parse("[CLUSTER]\nHOST = c.example.com\n[WAREHOUSE]\nENGINE=postgres").engine(),
            Engine::kPostgres);
  EXPECT_EQ(parse("[CLUSTER]\nHOST = c.example.com\n[WAREHOUSE]\nENGINE=").engine(), Engine::kRedshift);
}

TEST(ConfigTest, RefusesAnEngineThatIsNone) {
  for (auto [config, place] :
       {std::pair(parse("[WAREHOUSE]\nENGINE = mysql"), "dwh.cfg:2"),
        std::pair(parse("", {{"STARLIFT_WAREHOUSE_ENGINE", "mysql"}}), "STARLIFT_WAREHOUSE_ENGINE")}) {
    try {
      config.engine();
      FAIL() << "was accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kConfiguration);
      EXPECT_EQ(error.place(), place);
      EXPECT_EQ(
          error.what(),
          place + std::string(
                      ": \"mysql\" is no engine; write duckdb, postgres or redshift, and nothing after it"));
    }
  }
}

TEST(ConfigTest, TheProcessEnvironmentIsReadAsItIs) {
  setenv("STARLIFT_TEST_VARIABLE", "a=b", 1);
  EXPECT_EQ(process_environment().at("STARLIFT_TEST_VARIABLE"), "a=b");
  unsetenv("STARLIFT_TEST_VARIABLE");
  EXPECT_EQ(process_environment().count("STARLIFT_TEST_VARIABLE"), 0u);
}

}  // namespace
}  // namespace starlift
