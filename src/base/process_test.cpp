#include "base/process.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace starlift {
namespace {

TEST(Process, KnowsWhenItStarted) {
  auto start_us = process_start_us(getpid());
  ASSERT_TRUE(start_us.has_value());
  EXPECT_LE(*start_us, now_us() + 1'000'000);
  EXPECT_GE(*start_us, now_us() - 600'000'000);
}

TEST(Process, AProcessThatIsNotThereHasNoStart) {
  EXPECT_EQ(process_start_us(1 << 30), std::nullopt);
}

TEST(Process, TimesAreUtc) {
  EXPECT_EQ(format_time(1541106106796000), "2018-11-01 21:01:46");
}

TEST(Process, HasUsedSomeMemory) {
  EXPECT_GT(peak_memory_bytes(), 1u << 20);
}

}  // namespace
}  // namespace starlift
