#include "pipeline/drift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/create_tables.h"
#include "pipeline/tables.h"
#include "warehouse/duckdb/duckdb_warehouse.h"

namespace starlift {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

const DefinitionFile kShop[] = {{"warehouse.toml", "name = \"shop\"\ndescription = \"A shop\"\n"},
                                {"staging/orders.toml", R"file(description = "Order lines"
source = "SHOP.ORDERS"
columns = [{ name = "order_id", type = "integer" }]
)file"},
                                {"star/sales.sql", R"file(/*
description = "One row per order"
kind = "fact"
key = ["order_id"]
columns = [{ name = "order_id", type = "integer", required = true }]
*/
select distinct order_id from staging.orders where order_id is not null)file"}};

/// Drift of a warehouse of which nothing is loaded.
class DriftWithoutARun : public testing::Test {
 protected:
  class NoListener : public EventListener {
    void on_event(const Event&) override {}
  };

  DriftWithoutARun() {
    plans_.emplace_back();
    plans_[0].dataset = &definition_.datasets[0];
    plans_[0].fingerprint = definition_.datasets[0].fingerprint;
    plans_[0].is_unloaded = true;
  }

  Drift find() { return find_drift(definition_, plans_, *warehouse_); }

  const WarehouseDefinition definition_ = read_definition(kShop);
  std::vector<DatasetPlan> plans_;
  std::unique_ptr<Warehouse> warehouse_ = open_duckdb("");
};

TEST_F(DriftWithoutARun, IsNoneWhereThereIsNothingYet) {
  EXPECT_TRUE(find().is_none());
}

TEST_F(DriftWithoutARun, IsNoneAfterTheTablesWereCreated) {
  create_tables(definition_, *warehouse_);
  EXPECT_TRUE(find().is_none());
}

TEST_F(DriftWithoutARun, AsksForNothingToBeReadAgain) {
  create_tables(definition_, *warehouse_);
  plans_[0].fingerprint = "another";
  Drift drift = find();
  ASSERT_EQ(drift.datasets.size(), 1u);
  EXPECT_EQ(unread_drift(drift, {}), std::nullopt);
  plans_[0].is_unloaded = false;
  EXPECT_THAT(unread_drift(find(), {}).value_or(""), HasSubstr("starlift etl --reload orders"));
}

TEST_F(DriftWithoutARun, MakesAnewWhatWasLeftOverEmpty) {
  warehouse_->execute("create schema staging; create table staging.orders (order_id date)");
  warehouse_->execute("create table sales (other integer)");
  Drift drift = find();
  EXPECT_EQ(drift.datasets.at(0).name, "orders");
  EXPECT_THAT(drift.models, ElementsAre("sales"));
  NoListener listener;
  auto transaction = warehouse_->begin();
  follow_drift(*transaction, definition_, plans_, drift, listener);
  transaction->commit();
  warehouse_->execute("insert into staging.orders values (7, 1, 1); insert into sales (order_id) values (7)");
}

TEST_F(DriftWithoutARun, RefusesTablesWithRowsOfSomebodyElse) {
  for (const char* table : {"staging.orders", "sales"}) {
    warehouse_ = open_duckdb("");
    warehouse_->execute("create schema staging");
    warehouse_->execute(std::string("create table ") + table + " as select 1 as order_id");
    EXPECT_THAT([&] { find(); }, ThrowsMessage<Error>(HasSubstr(std::string("a table ") + table)));
  }
}

TEST_F(DriftWithoutARun, OfANewStarTableInALoadedWarehouseLastsUntilItIsFilled) {
  create_tables(definition_, *warehouse_);
  warehouse_->execute(
      "insert into starlift.objects values (7, 'orders', '/orders/a.json', 9, 0, null, 'h', 1, 1, 0, 1)");
  auto transaction = warehouse_->begin();
  note_created(*transaction, definition_, plans_, std::vector<std::string>{"sales"});
  transaction->commit();
  EXPECT_THAT(find().models, ElementsAre("sales"));
  transaction = warehouse_->begin();
  write_fingerprints(*transaction, definition_, plans_);
  transaction->commit();
  EXPECT_THAT(find().models, IsEmpty());
}

}  // namespace
}  // namespace starlift
