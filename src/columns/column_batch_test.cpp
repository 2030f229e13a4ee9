#include "columns/column_batch.h"

#include <gtest/gtest.h>

#include <string>

namespace starlift {
namespace {

const ColumnType kTypes[] = {
    {.kind = TypeKind::kBigint},
    {.kind = TypeKind::kDouble},
    {.kind = TypeKind::kDecimal, .precision = 38, .scale = 2},
    {.kind = TypeKind::kVarchar, .length_bytes = 65535},
    {.kind = TypeKind::kBoolean},
};

TEST(ColumnBatchTest, KeepsTheValuesOfEachCommittedRow) {
  ColumnBatch batch(kTypes);
  batch.set_integer(0, -7);
  batch.set_double(1, 0.5);
  batch.set_decimal(2, Int128{1} << 100);
  batch.set_text(3, "one");
  batch.set_integer(4, 1);
  batch.commit_row();
  for (size_t i = 0; i < 5; ++i)
    batch.set_null(i);
  batch.commit_row();

  ASSERT_EQ(batch.rows(), 2u);
  ASSERT_EQ(batch.column_count(), 5u);
  EXPECT_EQ(batch.column(0).integers[0], -7);
  EXPECT_EQ(batch.column(1).doubles[0], 0.5);
  EXPECT_TRUE(batch.column(2).decimals[0] == Int128{1} << 100);
  EXPECT_EQ(batch.column(3).texts[0], "one");
  EXPECT_EQ(batch.column(4).integers[0], 1);
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(batch.column(i).is_valid[0], 1);
    EXPECT_EQ(batch.column(i).is_valid[1], 0);
  }
}

TEST(ColumnBatchTest, AllocatesOnlyTheArrayOfTheType) {
  ColumnBatch batch(kTypes);
  EXPECT_EQ(batch.column(0).integers.size(), ColumnBatch::kCapacity);
  EXPECT_TRUE(batch.column(0).texts.empty());
  EXPECT_EQ(batch.column(3).texts.size(), ColumnBatch::kCapacity);
  EXPECT_TRUE(batch.column(3).integers.empty());
}

TEST(ColumnBatchTest, WritesOverARowThatWasNotCommitted) {
  ColumnBatch batch(kTypes);
  batch.set_text(3, "rejected");
  batch.set_text(3, "kept");
  batch.commit_row();
  EXPECT_EQ(batch.rows(), 1u);
  EXPECT_EQ(batch.column(3).texts[0], "kept");
}

TEST(ColumnBatchTest, CopiesTextButNotStableText) {
  ColumnBatch batch(kTypes);
  std::string text = "before";
  batch.set_text(3, text);
  batch.commit_row();
  batch.set_stable_text(3, text);
  batch.commit_row();
  text = "after!";
  EXPECT_EQ(batch.column(3).texts[0], "before");
  EXPECT_EQ(batch.column(3).texts[1], "after!");
}

TEST(ColumnBatchTest, IsFullAtItsCapacity) {
  ColumnBatch batch(kTypes);
  for (size_t i = 0; i < ColumnBatch::kCapacity; ++i) {
    EXPECT_FALSE(batch.is_full());
    batch.commit_row();
  }
  EXPECT_TRUE(batch.is_full());
  batch.clear();
  EXPECT_FALSE(batch.is_full());
  EXPECT_EQ(batch.rows(), 0u);
}

TEST(ColumnBatchTest, IsFullWhenItsTextReachesTheBudget) {
  ColumnBatch batch(kTypes);
  std::string text(1 << 20, 'x');
  for (int i = 0; i < 3; ++i) {
    batch.set_text(3, text);
    batch.commit_row();
    EXPECT_FALSE(batch.is_full());
  }
  batch.set_text(3, text);
  EXPECT_TRUE(batch.is_full());
}

TEST(TextArenaTest, KeepsEveryTextUntilItIsCleared) {
  TextArena arena;
  std::vector<std::string> texts;
  std::vector<std::string_view> kept;
  for (int i = 0; i < 2000; ++i) {
    texts.push_back(std::string(static_cast<size_t>(i * 7 % 1500), static_cast<char>('a' + i % 26)));
    kept.push_back(arena.add(texts.back()));
  }
  texts.push_back(std::string(1 << 20, 'L'));
  kept.push_back(arena.add(texts.back()));
  size_t total_bytes = 0;
  for (size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(kept[i], texts[i]);
    total_bytes += texts[i].size();
  }
  EXPECT_EQ(arena.used_bytes(), total_bytes);
  arena.clear();
  EXPECT_EQ(arena.used_bytes(), 0u);
}

TEST(TextArenaTest, UsesItsBlocksAgainAfterClear) {
  TextArena arena;
  const char* first = arena.add("first").data();
  arena.add(std::string(1 << 20, 'x'));
  for (int round = 0; round < 3; ++round) {
    arena.clear();
    EXPECT_EQ(arena.add("again").data(), first);
    EXPECT_EQ(arena.add(std::string(1 << 20, 'y')), std::string(1 << 20, 'y'));
  }
}

TEST(TextArenaTest, HoldsEmptyText) {
  TextArena arena;
  EXPECT_EQ(arena.add(""), "");
  EXPECT_EQ(arena.used_bytes(), 0u);
}

}  // namespace
}  // namespace starlift
