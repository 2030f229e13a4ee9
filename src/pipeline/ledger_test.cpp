#include "pipeline/ledger.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/tables.h"
#include "project/definition.h"
#include "warehouse/duckdb/duckdb_warehouse.h"

namespace starlift {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

const DefinitionFile kShop[] = {{"warehouse.toml", "name = \"shop\"\ndescription = \"A shop\"\n"},
                                {"staging/orders.toml", R"file(description = "Order lines"
source = "SHOP.ORDERS"
columns = [{ name = "order_id", type = "integer" }]
)file"}};

/// A ledger with an object of two rows and a reject, of run 1.
class Reconciliation : public testing::Test {
 protected:
  Reconciliation() {
    for (const auto& statement : create_statements(definition_, warehouse_->dialect()))
      transaction_->execute(statement);
    transaction_->execute(
        "insert into starlift.objects values (7, 'orders', '/orders/a.json', 9, 0, null, 'h', 3, 2, 1, 1)");
    transaction_->execute(
        "insert into staging.orders (order_id, _object_id, _record) values (1, 7, 1), (2, 7, 3)");
    transaction_->execute(
        "insert into starlift.rejects values (1, 1, 'orders', 7, 2, 5, null, 'no number', 'x', 'text', 1, "
        "0)");
  }

  void expect_mismatch(const std::string& change, const std::string& counts,
                       const std::string& object = "/orders/a.json") {
    transaction_->execute(change);
    EXPECT_THAT([&] { reconcile(*transaction_, definition_.datasets[0], 1, 1); },
                ThrowsMessage<Error>(AllOf(HasSubstr(object + " do not add up"), HasSubstr(counts))));
  }

  const WarehouseDefinition definition_ = read_definition(kShop);
  std::unique_ptr<Warehouse> warehouse_ = open_duckdb("");
  std::unique_ptr<Transaction> transaction_ = warehouse_->begin();
};

TEST_F(Reconciliation, PassesWhatAddsUp) {
  reconcile(*transaction_, definition_.datasets[0], 1, 1);
}

TEST_F(Reconciliation, MissesARowThatWasStaged) {
  expect_mismatch("delete from staging.orders where _record = 1",
                  "2 staged, 1 rejected, but the tables hold 1 rows");
}

TEST_F(Reconciliation, MissesAReject) {
  expect_mismatch("delete from starlift.rejects", "1 rejected, but the tables hold 2 rows and 0 rejects");
}

TEST_F(Reconciliation, SeesARowTooMany) {
  expect_mismatch("insert into staging.orders (order_id, _object_id, _record) values (1, 7, 1)",
                  "the tables hold 3 rows and 1 rejects");
}

TEST_F(Reconciliation, MissesARecordThatWasReadAndKeptNowhere) {
  expect_mismatch("update starlift.objects set records = 4", "4 records read, 2 staged, 1 rejected");
}

TEST_F(Reconciliation, SeesRowsOfAnObjectThatTheLedgerDoesNotKnow) {
  expect_mismatch("insert into staging.orders (order_id, _object_id, _record) values (1, 8, 1)",
                  "the tables hold 1 rows and 0 rejects",
                  "object 8 of orders, which the ledger does not know,");
}

/// Rows of objects that an engine read together have the number of their batch.
TEST_F(Reconciliation, AddsUpABatchOfObjects) {
  for (const char* statement :
       {"insert into starlift.objects values (8, 'orders', '/orders/b.json', 9, 0, 'e', null, 2, 1, 1, 1)",
        "insert into starlift.copied_objects values (7, 7), (8, 7)",
        "insert into staging.orders (order_id, _object_id, _record) values (3, 7, 4)",
        "insert into starlift.rejects values (2, 1, 'orders', 8, 2, 5, null, 'no number', 'x', 'text', 1, "
        "0)"})
    transaction_->execute(statement);
  reconcile(*transaction_, definition_.datasets[0], 1, 1);
  expect_mismatch("delete from staging.orders where _record = 4",
                  "5 records read, 3 staged, 2 rejected, but the tables hold 2 rows and 2 rejects");
}

}  // namespace
}  // namespace starlift
