#include "storage/concurrency_limit.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace starlift {
namespace {

using Clock = ConcurrencyLimit::Clock;

/// Answers as a store would that lets `per_second` through at most, each answer taking 40 ms at least.
void run(ConcurrencyLimit& limit, double per_second, int answers, Clock::time_point& now) {
  for (int i = 0; i < answers; ++i) {
    double rate = std::min(per_second, static_cast<double>(limit.value()) / 0.040);
    now += std::chrono::nanoseconds(static_cast<int64_t>(1e9 / rate));
    limit.on_success(true, now);
  }
}

TEST(ConcurrencyLimit, ClimbsToItsBoundWhileThatPays) {
  ConcurrencyLimit limit(32, 512);
  Clock::time_point now(std::chrono::hours(1));
  run(limit, 1e9, 4000, now);
  EXPECT_EQ(limit.value(), 512u);
}

TEST(ConcurrencyLimit, SettlesWhereMoreGivesNoMore) {
  ConcurrencyLimit limit(32, 512);
  Clock::time_point now(std::chrono::hours(1));
  run(limit, 2000, 4000, now);  // 80 at once are enough
  EXPECT_EQ(limit.value(), 128u);
}

TEST(ConcurrencyLimit, HalvesOncePerRefusalAndCreepsBack) {
  ConcurrencyLimit limit(256, 512);
  Clock::time_point now(std::chrono::hours(1));
  for (int i = 0; i < 100; ++i)
    limit.on_slow_down(now += std::chrono::milliseconds(1));
  EXPECT_EQ(limit.value(), 128u);
  limit.on_slow_down(now += std::chrono::seconds(1));
  EXPECT_EQ(limit.value(), 64u);
  run(limit, 1e9, 600, now);
  EXPECT_GT(limit.value(), 64u);
  EXPECT_LT(limit.value(), 90u);
}

TEST(ConcurrencyLimit, StaysWhereNobodyAsksForMore) {
  ConcurrencyLimit limit(32, 512);
  Clock::time_point now(std::chrono::hours(1));
  for (int i = 0; i < 1000; ++i)
    limit.on_success(false, now += std::chrono::milliseconds(1));
  EXPECT_EQ(limit.value(), 32u);
}

}  // namespace
}  // namespace starlift
