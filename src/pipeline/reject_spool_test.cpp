#include "pipeline/reject_spool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "pipeline/tables.h"

namespace starlift {
namespace {

using testing::ElementsAre;

struct Row {
  int64_t reject_id;
  int64_t object_id;
  int64_t record;
  std::string reason;
  std::string text;
  std::string encoding;
};

std::vector<Row> rows_of(
    RejectSpool& spool, std::function<bool(int64_t)> is_wanted = [](int64_t) { return true; }) {
  auto source = spool.rows(
      {.first_reject_id = 10, .run_id = 1, .dataset = "orders", .is_wanted = std::move(is_wanted)});
  std::vector<ColumnType> types;
  for (const auto& column : source->columns())
    types.push_back(column.type);
  ColumnBatch batch(types);
  auto reader = source->make_reader();
  std::vector<Row> rows;
  while (reader->next(batch)) {
    for (size_t i = 0; i < batch.rows(); ++i) {
      auto text = [&](size_t column) { return std::string(batch.column(column).texts[i]); };
      rows.push_back({batch.column(0).integers[i], batch.column(3).integers[i], batch.column(4).integers[i],
                      text(7), text(8), text(9)});
    }
  }
  return rows;
}

TEST(RejectSpool, GivesBackWhatWasAddedInOrder) {
  RejectSpool spool;
  for (uint64_t record = 1; record <= 5000; ++record) {
    spool.add(7, {.record = record, .reason = "because", .text = "{\"n\": " + std::to_string(record)});
  }
  auto rows = rows_of(spool);
  ASSERT_EQ(rows.size(), 5000u);
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].reject_id, static_cast<int64_t>(10 + i));
    EXPECT_EQ(rows[i].record, static_cast<int64_t>(i + 1));
    EXPECT_EQ(rows[i].text, "{\"n\": " + std::to_string(i + 1));
  }
}

TEST(RejectSpool, KeepsBytesThatNoTextColumnTakes) {
  RejectSpool spool;
  spool.add(1, {.record = 1, .reason = "invalid UTF-8", .text = "\xff\xfe"});
  spool.add(1, {.record = 2, .reason = "NUL", .text = std::string("a\0b", 3)});
  auto rows = rows_of(spool);
  EXPECT_EQ(rows[0].text, "//4=");
  EXPECT_EQ(rows[0].encoding, "base64");
  EXPECT_EQ(rows[1].text, "YQBi");
}

TEST(RejectSpool, NoRowExceedsItsColumnsOrSplitsACharacter) {
  RejectSpool spool;
  std::string text;
  while (text.size() < kMaxRejectTextBytes)
    text += "é";
  spool.add(1, {.reason = std::string(5000, 'r'), .text = text});
  spool.add(1, {.reason = "r", .text = std::string(kMaxRejectTextBytes, '\xff')});
  for (const auto& row : rows_of(spool)) {
    EXPECT_LE(row.reason.size(), 1024u);
    EXPECT_LE(row.text.size(), 65535u);
    EXPECT_EQ(row.encoding == "text" ? row.text.size() % 2 : 0, 0u);
  }
}

TEST(RejectSpool, LeavesOutTheObjectsThatDoNotCount) {
  RejectSpool spool;
  for (int64_t object_id : {1, 2, 1, 3})
    spool.add(object_id, {.reason = "r"});
  auto rows = rows_of(spool, [](int64_t object_id) { return object_id != 1; });
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].object_id, 2);
  EXPECT_EQ(rows[1].object_id, 3);
}

TEST(RejectSpool, TakesRejectsFromAllThreads) {
  RejectSpool spool;
  std::vector<std::thread> threads;
  for (int64_t id = 1; id <= 4; ++id) {
    threads.emplace_back([&spool, id] {
      for (int i = 0; i < 1000; ++i)
        spool.add(id, {.reason = "r", .text = std::string(100, 'x')});
    });
  }
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(rows_of(spool).size(), 4000u);
  EXPECT_EQ(spool.size(), 4000u);
}

TEST(RejectSpool, AnEmptyOneGivesNothing) {
  RejectSpool spool;
  EXPECT_TRUE(rows_of(spool).empty());
}

}  // namespace
}  // namespace starlift
