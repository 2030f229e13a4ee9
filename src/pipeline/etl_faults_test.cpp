#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include "pipeline/etl.h"
#include "pipeline/run_log.h"
#include "sql/ddl.h"
#include "storage/testing/faulty_store.h"
#include "storage/testing/memory_store.h"
#include "warehouse/duckdb/duckdb_warehouse.h"
#include "warehouse/testing/faulty_warehouse.h"

namespace starlift {
namespace {

using testing::AnyOf;

constexpr const char* kOrders = R"file(description = "Order lines"
source = "SHOP.ORDERS"
columns = [
  { name = "order_id", type = "integer", required = true },
  { name = "sku", type = "varchar(20)" },
  { name = "quantity", type = "integer" },
])file";
constexpr const char* kMoreOfOrders = "\n  { name = \"city\", type = \"varchar(20)\" },\n]";
constexpr const char* kProducts = R"file(description = "Products"
source = "SHOP.PRODUCTS"
jsonpaths = "SHOP.PATHS"
columns = [
  { name = "sku", type = "varchar(20)", required = true },
  { name = "price", type = "decimal(8,2)" },
])file";
constexpr const char* kSales = R"file(/*
description = "One row per order"
kind = "fact"
key = ["order_id"]
columns = [
  { name = "order_id", type = "integer", required = true },
  { name = "amount", type = "decimal(18,2)" },
]
[incremental]
by = "order_id"
inputs = { orders = "order_id" }
[incremental.touched]
orders = "select order_id from changed.orders"
products = "select o.order_id from staging.orders o join changed.products p on p.sku = o.sku"
*/
select o.order_id, cast(sum(o.quantity * p.price) as decimal(18,2)) as amount
from staging.orders o
left join (select sku, max(price) as price from staging.products group by sku) p on p.sku = o.sku
group by o.order_id)file";
constexpr const char* kDemand = R"file(/*
description = "One row per product that was ordered"
kind = "dimension"
key = ["sku"]
columns = [{ name = "sku", type = "varchar(20)", required = true }, { name = "orders", type = "bigint" }]
*/
select sku, count(*) as orders from staging.orders where sku is not null group by sku)file";

WarehouseDefinition shop(const std::string& orders = kOrders) {
  std::vector<DefinitionFile> files = {{"warehouse.toml", "name = \"shop\"\ndescription = \"A shop\"\n"},
                                       {"staging/orders.toml", orders},
                                       {"staging/products.toml", kProducts},
                                       {"star/sales.sql", kSales},
                                       {"star/demand.sql", kDemand}};
  return read_definition(files);
}

/// The shop whose orders have one more column.
WarehouseDefinition larger_shop() {
  std::string orders = kOrders;
  return shop(orders.substr(0, orders.size() - 2) + kMoreOfOrders);
}

std::string orders(int first, int last) {
  std::string lines;
  for (int id = first; id <= last; ++id)
    lines += fmt::format("{{\"order_id\": {}, \"sku\": \"S{}\", \"quantity\": {}, \"city\": \"X\"}}\n", id,
                         id % 3, id % 5);
  return lines;
}

/// An object as old as `minute` says.
MemoryObject at(int minute, std::string bytes) {
  return {.bytes = std::move(bytes), .modified_us = minute * 60'000'000LL};
}

/// What a run starts from, and what it is to do.
struct Scenario {
  std::optional<MemoryObjects> loaded;  ///< by an earlier run; nothing: there is no warehouse yet
  MemoryObjects objects;
  WarehouseDefinition definition = shop();
  bool prunes = false;
  bool keeps_going = false;
  std::vector<std::string> reloads;
};

MemoryObjects first_objects() {
  return {{"/paths.json", at(0, R"({"jsonpaths": ["$['sku']", "$.price.list"]})")},
          {"/orders/1.json", at(1, orders(1, 20))},
          {"/orders/2.json", at(1, orders(21, 30) + "{\"order_id\": \"none\"}\n{broken\n")},
          {"/orders/3.json", at(1, orders(31, 33))},
          {"/products/a.json", at(1, R"({"sku": "S1", "price": {"list": 1.5}}{"sku": "S2"})")},
          {"/products/b.json", at(1, R"([{"sku": "S2", "price": {"list": 2.25}}, {"price": 1}])")}};
}

/// One object of each kind that a plan knows: the same, touched, changed, vanished, new.
MemoryObjects changed_objects() {
  MemoryObjects objects = first_objects();
  objects["/orders/1.json"].modified_us += 1;
  objects["/orders/2.json"] = at(2, orders(22, 25) + "[]\n");
  objects.erase("/orders/3.json");
  objects["/orders/4.json"] = at(2, orders(40, 41));
  objects["/products/c.json"] = at(2, R"({"sku": "S0", "price": {"list": 3}})");
  return objects;
}

/// A store in which something happens before an object is opened.
class MeddledStore : public MemoryStore {
 public:
  using Meddle = std::function<void(const std::string& key)>;
  MeddledStore(const MemoryObjects& objects, std::string prefix, Meddle meddle)
      : MemoryStore(objects, std::move(prefix)), meddle_(std::move(meddle)) {}

  std::unique_ptr<ObjectReader> open(const ObjectInfo& listed) override {
    meddle_(listed.key);
    return MemoryStore::open(listed);
  }

 private:
  Meddle meddle_;
};

class EtlFaults : public testing::Test {
 protected:
  class NoListener : public EventListener {
    void on_event(const Event&) override {}
  };

  /// Runs on the database that is in use.
  void run(const Scenario& scenario, const MemoryObjects& objects, Faults& faults) {
    Target target{.path = "shop", .options = {}};
    target.open = [&](const OpenOptions&) {
      faults.pass("open of the warehouse", ErrorKind::kWarehouse);
      drop_temporary_tables();
      return std::make_unique<FaultyWarehouse>(*warehouse_, faults, after_load_);
    };
    RunOptions options;
    options.plan = {
        .prunes = scenario.prunes, .keeps_going = scenario.keeps_going, .reloads = scenario.reloads};
    options.plan.open_store = [&](const Location& location) {
      return std::make_unique<FaultyStore>(
          std::make_unique<MeddledStore>(objects, location.path, before_open_), faults);
    };
    auto config =
        Config::parse("[SHOP]\nORDERS = /orders\nPRODUCTS = /products\nPATHS = /paths.json\n", "dwh.cfg", {});
    NoListener listener;
    Cancellation cancellation;
    run_etl(scenario.definition, config, target, options, listener, cancellation);
  }

  /// They end with a connection, and this one stays.
  void drop_temporary_tables() {
    std::string drops;
    auto tables = warehouse_->query("select table_name from duckdb_tables() where temporary");
    while (tables->next())
      drops += fmt::format("drop table temp.{};", *tables->text(0));
    tables.reset();
    if (!drops.empty()) warehouse_->execute(drops);
  }

  /// Uses a database of this name that holds what `from` holds.
  void use_copy(const std::string& name, const std::string& from = {}) {
    warehouse_->execute(
        fmt::format("use memory; detach database if exists {0}; attach ':memory:' as {0}", name));
    if (!from.empty()) warehouse_->execute(fmt::format("copy from database {} to {}", from, name));
    warehouse_->execute("use " + name);
  }

  /// All rows of the database in use, but those that tell of runs, and of the definition while nothing is
  /// loaded. A table that is missing is as an empty one, and an object goes by its key.
  std::vector<std::string> contents() {
    std::vector<TableName> tables;
    auto found = warehouse_->query(
        "select schema_name, table_name from duckdb_tables() where database_name = current_database() and "
        "table_name not in ('runs', 'steps', 'checks', 'schema_version') order by table_name = 'objects' "
        "desc");
    while (found->next())
      tables.push_back({std::string(*found->text(0)), std::string(*found->text(1))});
    found.reset();

    std::vector<std::string> rows;
    std::map<std::string, std::string> keys;
    for (const auto& table : tables) {
      if (keys.empty() && table.name == "tables") continue;
      auto cursor = warehouse_->query(fmt::format("select * from {}", quote_table(table)));
      while (cursor->next()) {
        if (table.name == "objects") keys.emplace(*cursor->text(0), *cursor->text(2));
        rows.push_back(to_string(table));
        for (size_t i = 0; i < cursor->columns().size(); ++i) {
          const std::string& column = cursor->columns()[i].name;
          std::string cell(cursor->text(i).value_or("null"));
          if (column != "run_id") rows.back() += '|' + (column.ends_with("object_id") ? keys[cell] : cell);
        }
      }
    }
    std::sort(rows.begin(), rows.end());
    return rows;
  }

  /// What became of every run is known, and what is loaded belongs to one that is done.
  void expect_settled_runs() {
    EXPECT_EQ(
        warehouse_->query_integer("select count(*) from starlift.runs where state not in ('done', 'failed')"),
        0);
    EXPECT_EQ(warehouse_->query_integer("select count(*) - count(distinct run_id) from starlift.runs"), 0);
    EXPECT_EQ(warehouse_->query_integer("select count(*) from starlift.objects where run_id not in (select "
                                        "run_id from starlift.runs where state = 'done')"),
              0);
  }

  /// Lets every call of a run fail in turn. Returns how many there are.
  size_t try_every_fault(const Scenario& scenario, Faults::Extent extent) {
    Faults no_faults;
    use_copy("start");
    if (scenario.loaded) run({.definition = shop()}, *scenario.loaded, no_faults);
    const auto before = contents();
    const auto last_run_before = last_run(*warehouse_);
    use_copy("clean", "start");
    run(scenario, scenario.objects, no_faults);
    const auto after = contents();
    EXPECT_NE(before, after);
    for (size_t call = 1; !HasFailure(); ++call) {
      use_copy("work", "start");
      Faults faults(call, extent);
      std::optional<Error> error;
      try {
        run(scenario, scenario.objects, faults);
      } catch (const Error& caught) {
        error = caught;
      }
      if (faults.failed().empty()) return call - 1;
      SCOPED_TRACE(fmt::format("call {}: {}", call, faults.failed()));
      if (!error && scenario.keeps_going) {
        // What was left out is for the next run.
      } else if (!error) {
        EXPECT_EQ(contents(), after);
      } else if (error->kind() == ErrorKind::kInDoubt) {
        EXPECT_THAT(contents(), AnyOf(before, after));
      } else {
        EXPECT_TRUE(faults.caused(*error)) << error->what();
        EXPECT_EQ(contents(), before);
      }
      // A run that was not even noted left just what the clean one began with.
      if (last_run(*warehouse_) == last_run_before) continue;
      Scenario rest = scenario;
      if (!error) rest.reloads.clear();  // it was done
      run(rest, rest.objects, no_faults);
      EXPECT_EQ(contents(), after);
      expect_settled_runs();
    }
    return 0;
  }

  std::unique_ptr<Warehouse> warehouse_ = open_duckdb("", {.threads = 1});
  MeddledStore::Meddle before_open_ = [](const std::string&) {};
  WatchedConnection::AfterLoad after_load_;
};

TEST_F(EtlFaults, OfAFirstLoadLeaveNothingOrAll) {
  EXPECT_GT(try_every_fault({.objects = first_objects()}, Faults::Extent::kOneCall), 100u);
}

TEST_F(EtlFaults, OfARunThatMeetsChangesLeaveTheStateBeforeOrAfter) {
  Scenario scenario{.loaded = first_objects(), .objects = changed_objects(), .prunes = true};
  EXPECT_GT(try_every_fault(scenario, Faults::Extent::kOneCall), 100u);
}

TEST_F(EtlFaults, OfARunAfterTheDefinitionChangedAreMendedByTheNextRun) {
  Scenario scenario{.loaded = first_objects(),
                    .objects = changed_objects(),
                    .definition = larger_shop(),
                    .keeps_going = true,
                    .reloads = {"orders"}};
  EXPECT_GT(try_every_fault(scenario, Faults::Extent::kOneCall), 100u);
}

TEST_F(EtlFaults, OfAFirstRunLeaveNothingOfADefinitionThatIsMendedThen) {
  Faults no_faults;
  use_copy("clean");
  run({.definition = larger_shop()}, first_objects(), no_faults);
  const auto after = contents();
  for (size_t call = 1; !HasFailure(); ++call) {
    use_copy("work");
    Faults faults(call, Faults::Extent::kOneCall);
    std::optional<Error> error;
    try {
      run({.definition = shop()}, first_objects(), faults);
    } catch (const Error& caught) {
      error = caught;
    }
    if (faults.failed().empty()) break;
    if (!error || error->kind() == ErrorKind::kInDoubt) continue;  // it may be loaded
    SCOPED_TRACE(fmt::format("call {}: {}", call, faults.failed()));
    run({.definition = larger_shop()}, first_objects(), no_faults);
    EXPECT_EQ(contents(), after);
  }
}

TEST_F(EtlFaults, OfAFileThatMovesWhileItsTableIsMadeAnewLoseNothing) {
  const std::string key = "/orders/1.json";
  for (bool goes : {false, true}) {
    Faults no_faults;
    use_copy("work");
    run({.definition = shop()}, first_objects(), no_faults);
    MemoryObjects objects = first_objects();
    before_open_ = [&](const std::string& opened) {
      if (opened != key) return;
      goes ? void(objects.erase(key)) : void(objects[key] = at(3, orders(1, 19)));
    };
    Scenario reload{.definition = larger_shop(), .reloads = {"orders"}};
    if (goes) {
      EXPECT_THROW(run(reload, objects, no_faults), Error);
    } else {
      run(reload, objects, no_faults);
      reload.reloads.clear();
    }
    before_open_ = [](const std::string&) {};
    run(reload, objects, no_faults);
    EXPECT_EQ(warehouse_->query_integer("select count(*) from staging.orders where order_id < 21"),
              goes ? 20 : 19);
    EXPECT_EQ(warehouse_->query_integer("select count(city) from staging.orders where order_id < 21"),
              goes ? 0 : 19);
  }
}

TEST_F(EtlFaults, OfAConnectionThatIsLostLeaveNothingOrAll) {
  EXPECT_GT(try_every_fault({.objects = first_objects()}, Faults::Extent::kEveryCallAfter), 100u);
  EXPECT_GT(try_every_fault({.loaded = first_objects(), .objects = changed_objects(), .prunes = true},
                            Faults::Extent::kEveryCallAfter),
            100u);
}

TEST_F(EtlFaults, ARowThatTheWarehouseLosesRollsTheRunBackAndNamesItsObject) {
  Faults no_faults;
  use_copy("work");
  after_load_ = [](Transaction& transaction, const TableName& table) {
    if (table.name == "orders") transaction.execute("delete from staging.orders where order_id = 25");
  };
  try {
    run({.definition = shop()}, first_objects(), no_faults);
    ADD_FAILURE() << "it was committed";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kMismatch);
    EXPECT_THAT(error.what(), testing::HasSubstr("/orders/2.json"));
  }
  EXPECT_EQ(warehouse_->query_integer("select count(*) from staging.products"), 0);
  EXPECT_EQ(warehouse_->query_integer("select count(*) from starlift.objects"), 0);
  after_load_ = {};
  run({.definition = shop()}, first_objects(), no_faults);
  EXPECT_EQ(warehouse_->query_integer("select count(*) from staging.orders"), 33);
  expect_settled_runs();
}

}  // namespace
}  // namespace starlift

/// DuckDB allocates much, and to remember for each allocation who made it would take most of the time.
extern "C" const char* __asan_default_options() {  // NOLINT: a name that it looks for
  return "malloc_context_size=1";
}
