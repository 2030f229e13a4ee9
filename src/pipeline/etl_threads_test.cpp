#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "pipeline/etl.h"
#include "pipeline/run_log.h"
#include "pipeline/tables.h"
#include "storage/testing/faulty_store.h"
#include "storage/testing/memory_store.h"
#include "warehouse/testing/fake_warehouse.h"
#include "warehouse/testing/faulty_warehouse.h"

// A whole run whose calls fail in turn while several threads load, all of it code of ours, so that
// ThreadSanitizer sees it. etl_faults_test.cpp does the same to the real DuckDB.

namespace starlift {
namespace {

using testing::IsEmpty;

constexpr size_t kThreads = 3;
constexpr int kObjects = 5;
constexpr int kRecords = 400;  // of an object; every hundredth is a reject

const DefinitionFile kShop[] = {{"warehouse.toml", "name = \"shop\"\ndescription = \"A shop\"\n"},
                                {"staging/orders.toml", R"file(description = "Order lines"
source = "SHOP.ORDERS"
columns = [{ name = "order_id", type = "integer", required = true }])file"},
                                {"star/sales.sql", R"file(/*
description = "One row per order"
kind = "fact"
key = ["order_id"]
columns = [{ name = "order_id", type = "integer", required = true }]
*/
select distinct order_id from staging.orders)file"}};

MemoryObjects orders() {
  MemoryObjects objects;
  for (int object = 0; object < kObjects; ++object) {
    std::string lines;
    for (int record = 0; record < kRecords; ++record) {
      std::string id = record % 100 == 99 ? "\"none\"" : std::to_string(object * kRecords + record);
      lines += fmt::format("{{\"order_id\": {}}}\n", id);
    }
    objects[fmt::format("/orders/{}.json", object)] = {.bytes = lines, .modified_us = 1};
  }
  return objects;
}

class EtlThreads : public testing::Test {
 protected:
  class NoListener : public EventListener {
    void on_event(const Event&) override {}
  };

  /// An empty warehouse that tells of a run what it was told.
  static void prepare(FakeWarehouse& warehouse) {
    warehouse.answer("select coalesce(max(", 1);
    warehouse.answer("select count(*)", 0);
    warehouse.answer("select 1 from \"starlift\".\"runs\" where run_id", [&warehouse] {
      return has_run(warehouse, "committed") ? std::optional<int64_t>(1) : std::nullopt;
    });
  }

  /// Whether a run of this state was ever noted. The fake understands no DELETE, so what was noted stays.
  static bool has_run(FakeWarehouse& warehouse, const std::string& state) {
    const auto& runs = warehouse.rows(runs_design().name);
    return std::any_of(runs.begin(), runs.end(),
                       [&](const std::string& run) { return run.find("|" + state + "|") != run.npos; });
  }

  /// Runs, and returns the error that ended it.
  std::optional<Error> run(FakeWarehouse& warehouse, Faults& faults) {
    Target target{.path = "a fake", .options = {}};
    target.open = [&](const OpenOptions&) {
      faults.pass("open of the warehouse", ErrorKind::kWarehouse);
      return std::make_unique<FaultyWarehouse>(warehouse, faults);
    };
    RunOptions options;
    options.plan.open_store = [&](const Location& location) {
      return std::make_unique<FaultyStore>(std::make_unique<MemoryStore>(objects_, location.path), faults);
    };
    NoListener listener;
    Cancellation cancellation;
    try {
      run_etl(definition_, Config::parse("[SHOP]\nORDERS = /orders\n", "dwh.cfg", {}), target, options,
              listener, cancellation);
    } catch (const Error& error) {
      return error;
    }
    return std::nullopt;
  }

  void expect_all(FakeWarehouse& warehouse) {
    constexpr size_t kRejects = kObjects * kRecords / 100;
    EXPECT_EQ(warehouse.rows(staging_table(definition_.datasets[0])).size(), kObjects * kRecords - kRejects);
    EXPECT_EQ(warehouse.rows(rejects_design().name).size(), kRejects);
    EXPECT_EQ(warehouse.rows(objects_design().name).size(), static_cast<size_t>(kObjects));
    EXPECT_TRUE(has_run(warehouse, "committed"));
  }

  void expect_nothing(FakeWarehouse& warehouse) {
    EXPECT_THAT(warehouse.rows(staging_table(definition_.datasets[0])), IsEmpty());
    EXPECT_THAT(warehouse.rows(rejects_design().name), IsEmpty());
    EXPECT_THAT(warehouse.rows(objects_design().name), IsEmpty());
    EXPECT_FALSE(has_run(warehouse, "committed"));
  }

  /// Lets every call of a run fail in turn. Returns how many there are.
  size_t try_every_fault(Faults::Extent extent) {
    for (size_t call = 1; !HasFailure(); ++call) {
      FakeWarehouse warehouse(kThreads);
      prepare(warehouse);
      Faults faults(call, extent);
      auto error = run(warehouse, faults);
      if (faults.failed().empty()) return call - 1;
      SCOPED_TRACE(fmt::format("call {}: {}", call, faults.failed()));
      if (!error) {
        expect_all(warehouse);  // only the note that it is done failed
      } else if (error->kind() == ErrorKind::kInDoubt) {
        has_run(warehouse, "committed") ? expect_all(warehouse) : expect_nothing(warehouse);
      } else {
        EXPECT_TRUE(faults.caused(*error)) << error->what();
        expect_nothing(warehouse);
      }
    }
    return 0;
  }

  const WarehouseDefinition definition_ = read_definition(kShop);
  const MemoryObjects objects_ = orders();
};

TEST_F(EtlThreads, LeaveNothingOrAllWhateverCallFails) {
  EXPECT_GT(try_every_fault(Faults::Extent::kOneCall), 60u);
}

TEST_F(EtlThreads, LeaveNothingOrAllWhereverTheConnectionIsLost) {
  EXPECT_GT(try_every_fault(Faults::Extent::kEveryCallAfter), 60u);
}

}  // namespace
}  // namespace starlift
