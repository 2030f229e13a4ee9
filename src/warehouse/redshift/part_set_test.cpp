#include "warehouse/redshift/part_set.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <algorithm>
#include <random>
#include <thread>

#include "warehouse/testing/memory_area.h"

namespace starlift::redshift {
namespace {

std::string unpacked(const std::string& bytes) {
  std::string rows(64 << 20, '\0');
  size_t size = ZSTD_decompress(rows.data(), rows.size(), bytes.data(), bytes.size());
  EXPECT_FALSE(ZSTD_isError(size)) << ZSTD_getErrorName(size);
  rows.resize(size);
  return rows;
}

/// Rows that do not compress, as one thread appends them at a time.
std::string noise(size_t size_bytes, unsigned seed) {
  std::minstd_rand random(seed);
  std::string rows(size_bytes, '\n');
  std::generate(rows.begin(), rows.end() - 1, [&] { return static_cast<char>('0' + random() % 64); });
  return rows;
}

TEST(PartSetTest, NothingAppendedIsNoPart) {
  MemoryArea area;
  PartSet parts(area, "run/1-sales", 4);
  EXPECT_TRUE(parts.finish().empty());
}

TEST(PartSetTest, PartsTogetherHoldAllRowsOnce) {
  MemoryArea area;
  PartSet parts(area, "run/1-sales", 3);
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&parts, thread] {
        for (int row = 0; row < 500; ++row)
          parts.append(std::to_string(thread * 1000 + row) + "\n");
      });
    }
  }
  std::vector<int> found;
  for (const auto& name : parts.finish()) {
    EXPECT_TRUE(name.starts_with("run/1-sales/part-")) << name;
    std::string rows = unpacked(area.objects().at(name));
    for (size_t at = 0; at < rows.size(); at = rows.find('\n', at) + 1)
      found.push_back(std::stoi(rows.substr(at)));
  }
  std::sort(found.begin(), found.end());
  ASSERT_EQ(found.size(), 2'000U);
  EXPECT_EQ(found.front(), 0);
  EXPECT_EQ(found.back(), 3'499);
  EXPECT_EQ(std::adjacent_find(found.begin(), found.end()), found.end());
}

TEST(PartSetTest, PartsAreEqualInSizeAndAMultipleOfTheSlices) {
  MemoryArea area;
  PartSet parts(area, "run/1-sales", 2);
  for (unsigned i = 0; i < 60; ++i)
    parts.append(noise(1 << 20, i));
  EXPECT_EQ(parts.finish().size() % 2, 0U);
  EXPECT_GT(area.objects().size(), 2U) << "a part has a size at which it ends";
  for (size_t i = 0; i + 1 < parts.names().size(); i += 2) {
    auto size = [&](size_t part) {
      return static_cast<double>(area.objects().at(parts.names()[part]).size());
    };
    EXPECT_NEAR(size(i), size(i + 1), 1 << 20) << "they differ by one batch at most";
  }
}

}  // namespace
}  // namespace starlift::redshift
