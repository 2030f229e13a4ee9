#include "warehouse/redshift/part_set.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <algorithm>
#include <functional>
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

/// Bytes that do not compress, as many as one thread appends at a time.
std::string noise(size_t size_bytes, unsigned seed) {
  std::mt19937_64 random(seed);
  std::vector<uint64_t> words(size_bytes / sizeof(uint64_t));
  std::generate(words.begin(), words.end(), std::ref(random));
  return {reinterpret_cast<const char*>(words.data()), words.size() * sizeof(uint64_t)};
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

/// What zstd adds to a batch that does not compress.
constexpr size_t kFraming = 1 << 10;

/// Loads noise for a cluster of so many slices. Returns the sizes of the parts.
std::vector<size_t> part_sizes(size_t slices, unsigned batches, size_t batch_bytes) {
  MemoryArea area;
  PartSet parts(area, "run/1-sales", slices);
  for (unsigned i = 0; i < batches; ++i)
    parts.append(noise(batch_bytes, i));
  std::vector<size_t> sizes;
  for (const auto& name : parts.finish())
    sizes.push_back(area.objects().at(name).size());
  return sizes;
}

TEST(PartSetTest, PartsAreEqualInSizeAndAMultipleOfTheSlices) {
  auto sizes = part_sizes(2, 60, 1 << 20);
  EXPECT_EQ(sizes.size() % 2, 0U);
  EXPECT_GT(sizes.size(), 2U) << "a part has a size at which it ends";
  for (size_t i = 0; i + 1 < sizes.size(); i += 2)
    EXPECT_LE(std::max(sizes[i], sizes[i + 1]) - std::min(sizes[i], sizes[i + 1]), (1U << 20) + kFraming)
        << "they differ by one batch at most";
}

TEST(PartSetTest, PartsAreAMultipleOfManySlicesAndEqual) {
  for (size_t slices : {24U, 33U, 128U}) {
    auto sizes = part_sizes(slices, 3 * 128, 128 << 10);
    EXPECT_EQ(sizes.size(), slices);
    auto [least, most] = std::minmax_element(sizes.begin(), sizes.end());
    EXPECT_LE(*most - *least, (128U << 10) + kFraming) << "they differ by one batch at most";
  }
}

TEST(PartSetTest, OpenPartsOfManySlicesTakeBoundedMemory) {
  auto sizes = part_sizes(64, 360, 512 << 10);
  EXPECT_EQ(sizes.size(), 2U * 64);
  EXPECT_LT(*std::max_element(sizes.begin(), sizes.end()), 3U << 20);
  EXPECT_EQ(part_sizes(1'000, 300, 1 << 10).size(), 128U);
}

}  // namespace
}  // namespace starlift::redshift
