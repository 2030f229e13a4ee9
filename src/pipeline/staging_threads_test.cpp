#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "net/testing/loopback_server.h"
#include "pipeline/stage.h"
#include "pipeline/tables.h"
#include "storage/local_store.h"
#include "storage/s3_store.h"
#include "storage/testing/faulty_store.h"
#include "warehouse/testing/fake_warehouse.h"

// Several threads stage a dataset, as DuckDB's do, and none of them is in a library that ThreadSanitizer
// cannot see into: this is what `./dev test --only tsan` runs first of all.

namespace starlift {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr size_t kThreads = 6;
constexpr int kObjects = 40;

const DefinitionFile kShop[] = {{"warehouse.toml", "name = \"shop\"\ndescription = \"A shop\"\n"},
                                {"staging/orders.toml", R"file(description = "Order lines"
source = "SHOP.ORDERS"
columns = [
  { name = "order_id", type = "integer", required = true },
  { name = "sku", type = "varchar(20)" },
  { name = "price", type = "decimal(8,2)" },
])file"}};

/// The content of one object, some of it small and some of many reads, with rejects and unknown fields.
std::string orders(int object) {
  std::string lines;
  for (int line = 0; line < object * object; ++line) {
    lines += fmt::format("{{\"order_id\": {}, \"sku\": \"S\\u00e9{}\", \"price\": {}.25, \"field{}\": 1}}\n",
                         object * 10'000 + line, line % 7, line % 100, object % 5);
    if (line % 50 == 49) lines += "{\"order_id\": \"none\"}\n{broken\n";
  }
  return lines;
}

std::string name_of(int object) {
  return fmt::format("{:04}.json", object);
}

/// The one that a request names.
int object_in(const std::string& request) {
  return std::stoi(request.substr(request.find(".json") - 4, 4));
}

/// What staging leaves, in an order that does not tell who was faster.
struct Staged {
  std::vector<std::string> rows, objects, rejects;
  std::map<std::string, uint64_t> unknown_fields;
  bool operator==(const Staged&) const = default;
};

class StagingThreads : public testing::Test {
 protected:
  void SetUp() override {
    std::string path = (fs::temp_directory_path() / "starlift-threads-XXXXXX").string();
    folder_ = mkdtemp(path.data());
    for (int object = 0; object < kObjects; ++object)
      std::ofstream(folder_ / name_of(object), std::ios::binary) << orders(object);
  }
  void TearDown() override { fs::remove_all(folder_); }

  DatasetPlan plan_of(std::unique_ptr<ObjectStore> store) const {
    DatasetPlan plan;
    plan.dataset = &definition_.datasets[0];
    plan.store = std::move(store);
    for (const auto& column : plan.dataset->columns)
      plan.fields.push_back({column.column, column.field, column.unit});
    return plan;
  }

  DatasetPlan plan_of_files(std::unique_ptr<ObjectStore> store) const {
    DatasetPlan plan = plan_of(std::move(store));
    LocalStore(folder_.string()).list([&](ObjectInfo&& object) {
      plan.objects.push_back({.info = std::move(object)});
    });
    return plan;
  }
  DatasetPlan plan_of_files() const { return plan_of_files(std::make_unique<LocalStore>(folder_.string())); }
  DatasetPlan plan_of_faulty_files(Faults& faults) const {
    return plan_of_files(
        std::make_unique<FaultyStore>(std::make_unique<LocalStore>(folder_.string()), faults));
  }

  /// Its objects are asked for once.
  DatasetPlan plan_of_bucket(const LoopbackServer& server, int objects) {
    S3Settings settings;
    settings.endpoint = server.endpoint();
    settings.credentials = std::make_shared<FixedCredentials>(Credentials{});
    settings.retries.max_attempts = 1;
    auto plan = plan_of(
        make_store_opener(std::move(settings), cancellation_)({Location::Scheme::kS3, "bucket", "orders"}));
    for (int object = 0; object < objects; ++object) {
      plan.objects.push_back({.info = {.key = "s3://bucket/orders/" + name_of(object),
                                       .size_bytes = orders(object % kObjects).size(),
                                       .modified_us = 0,
                                       .etag = "\"e\""}});
    }
    return plan;
  }

  Staged stage(DatasetPlan& plan, size_t threads) {
    FakeWarehouse warehouse(threads);
    warehouse.answer("select coalesce(max(", 1);  // the next id
    auto transaction = warehouse.begin();
    stage_dataset(*transaction, plan, 1, listener_, cancellation_);
    transaction->commit();
    Staged staged{.rows = warehouse.rows(staging_table(*plan.dataset)),
                  .objects = warehouse.rows(objects_design().name)};
    for (const auto& reject : warehouse.rows(rejects_design().name))
      staged.rejects.push_back(reject.substr(reject.find('|')));  // their ids follow the order of arrival
    for (auto* rows : {&staged.rows, &staged.rejects})
      std::sort(rows->begin(), rows->end());
    for (const auto& [path, field] : plan.counts.unknown_fields)
      staged.unknown_fields.emplace(path + " first at " + field.first_place, field.count);
    return staged;
  }

  /// Asks for a stop at the first progress that it hears of.
  class Listener : public EventListener {
   public:
    explicit Listener(Cancellation& cancellation) : cancellation_(cancellation) {}
    void on_event(const Event& event) override {
      if (stops && event.kind == Event::Kind::kStepAdvanced) cancellation_.request();
    }
    bool stops = false;

   private:
    Cancellation& cancellation_;
  };

  const WarehouseDefinition definition_ = read_definition(kShop);
  Cancellation cancellation_;
  Listener listener_{cancellation_};
  fs::path folder_;
};

TEST_F(StagingThreads, StageWhatOneThreadDoes) {
  auto plan = plan_of_files(), same_plan = plan_of_files();
  Staged staged = stage(plan, kThreads);
  EXPECT_EQ(staged, stage(same_plan, 1));
  EXPECT_EQ(staged.objects.size(), static_cast<size_t>(kObjects));
  EXPECT_EQ(staged.rows.size(), plan.counts.staged);
  EXPECT_GT(staged.rejects.size(), 500u);
  EXPECT_EQ(staged.unknown_fields.size(), 5u);
}

TEST_F(StagingThreads, LeaveOutWhatGoesMeanwhile) {
  auto plan = plan_of_files();
  fs::remove(folder_ / name_of(10));
  std::ofstream(folder_ / name_of(39), std::ios::app) << "{}";
  EXPECT_EQ(stage(plan, kThreads).objects.size(), static_cast<size_t>(kObjects - 2));
  EXPECT_EQ(plan.counts.objects_postponed, 2u);
}

TEST_F(StagingThreads, EndAllWhenOneMeetsAFault) {
  for (size_t call : {1, 7, 70}) {
    Faults faults(call);
    auto plan = plan_of_faulty_files(faults);
    try {
      stage(plan, kThreads);
      ADD_FAILURE() << "no error at call " << call;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(faults.failed() + " failed on purpose"));
    }
  }
}

TEST_F(StagingThreads, KeepGoingWithoutWhatCannotBeRead) {
  Faults faults(50);
  auto plan = plan_of_faulty_files(faults);
  plan.keeps_going = true;
  EXPECT_EQ(stage(plan, kThreads).objects.size(), static_cast<size_t>(kObjects - 1));
  EXPECT_EQ(plan.counts.objects_unreadable, 1u);
}

TEST_F(StagingThreads, StopWhenAsked) {
  /// Content without end, so that there is something to stop.
  class EndlessStore : public LocalStore {
   public:
    using LocalStore::LocalStore;
    std::unique_ptr<ObjectReader> open(const ObjectInfo&) override { return std::make_unique<Reader>(); }

   private:
    class Reader : public ObjectReader {
      size_t read(std::span<char> buffer) override {
        std::fill(buffer.begin(), buffer.end(), ' ');
        return buffer.size();
      }
      Integrity check_integrity() override { return Integrity::kUnchanged; }
      std::string content_hash() const override { return {}; }
    };
  };
  listener_.stops = true;
  auto plan = plan_of_files(std::make_unique<EndlessStore>(folder_.string()));
  EXPECT_THROW(stage(plan, kThreads), Error);
}

TEST_F(StagingThreads, ShareWhatABucketSends) {
  LoopbackServer server(
      [](const std::string& request) { return http_answer(200, orders(object_in(request))); });
  auto plan = plan_of_bucket(server, kObjects);
  Staged staged = stage(plan, kThreads);
  auto plan_of_same = plan_of_files();
  EXPECT_EQ(staged.rows, stage(plan_of_same, kThreads).rows);
  EXPECT_EQ(staged.objects.size(), static_cast<size_t>(kObjects));
}

TEST_F(StagingThreads, KeepGoingAsLongAsTheStoreRefusesOnly) {
  LoopbackServer server([](const std::string&) { return http_answer(403, ""); });
  auto plan = plan_of_bucket(server, 250);
  plan.keeps_going = true;
  EXPECT_TRUE(stage(plan, kThreads).objects.empty());
  EXPECT_EQ(plan.counts.objects_unreadable, 250u);
}

TEST_F(StagingThreads, EndWhenTheStoreFailsAltogether) {
  constexpr int kMany = 2000;     // more than a store fetches ahead
  constexpr int kSomeWell = 500;  // more than a hundred failures and all that is under way at once
  LoopbackServer server([](const std::string& request) {
    int object = object_in(request);
    bool is_well = object < kSomeWell && object % 8 == 1;
    return is_well ? http_answer(200, orders(object % kObjects)) : http_answer(503, "");
  });
  auto plan = plan_of_bucket(server, kMany);
  plan.keeps_going = true;
  EXPECT_THAT([&] { stage(plan, kThreads); },
              testing::ThrowsMessage<Error>(HasSubstr("100 objects in a row could not be read. The last: ")));
  EXPECT_GE(server.requests().size(), static_cast<size_t>(kSomeWell));  // one that is read begins a new row
  EXPECT_LT(server.requests().size(), static_cast<size_t>(kMany));
}

}  // namespace
}  // namespace starlift
