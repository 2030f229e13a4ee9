#include "storage/concurrency_limit.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <queue>

namespace starlift {
namespace {

using Clock = ConcurrencyLimit::Clock;
using testing::AnyOf;

constexpr Clock::time_point kBegin{std::chrono::hours(1)};

constexpr std::chrono::milliseconds kFar{40};

/// A store that lets `per_second` through at most, each answer taking so long at least.
class Store {
 public:
  Store(ConcurrencyLimit& limit, double per_second, Clock::duration at_least = kFar,
        Clock::time_point begin = kBegin)
      : limit_(limit), per_second_(per_second), at_least_(at_least), now_(begin), answered_(begin) {}

  void let_through(double per_second) { per_second_ = per_second; }

  /// Keeps as many requests under way as it may, and gives answers in the order of the requests.
  void answer(int count) {
    for (; count > 0; --count) {
      while (sent_.size() < limit_.value())
        sent_.push(now_);
      auto at_best = sent_.front() + at_least_;
      now_ = std::max(
          {at_best, now_, answered_ + std::chrono::nanoseconds(static_cast<int64_t>(1e9 / per_second_))});
      answered_ = now_;
      limit_.on_success(true, now_ - sent_.front(), now_);
      sent_.pop();
    }
  }
  Clock::duration passed() const { return now_ - kBegin; }

 private:
  ConcurrencyLimit& limit_;
  double per_second_;
  Clock::duration at_least_;
  std::queue<Clock::time_point> sent_;
  Clock::time_point now_;
  Clock::time_point answered_;
};

TEST(ConcurrencyLimit, ClimbsToItsBoundWithinTheFirstAnswersWhileThatPays) {
  ConcurrencyLimit limit(64, 512);
  Store store(limit, 1e9);
  store.answer(64 + 128 + 256);
  EXPECT_EQ(limit.value(), 512u);
  EXPECT_LE(store.passed(), std::chrono::milliseconds(4 * 40));
}

TEST(ConcurrencyLimit, SettlesWhereMoreGivesNoMoreHoweverOftenItTries) {
  ConcurrencyLimit limit(32, 512);
  Store store(limit, 2000);  // 80 at once are enough
  size_t most = 0;
  for (int i = 0; i < 50'000; ++i) {
    store.answer(1);
    most = std::max(most, limit.value());
  }
  EXPECT_LE(most, 256u);
  EXPECT_THAT(limit.value(), AnyOf(128u, 256u));
}

TEST(ConcurrencyLimit, StaysWhereANearStoreKeepsThisMachineBusy) {
  ConcurrencyLimit limit(64, 512);
  Store store(limit, 1e9, std::chrono::milliseconds(2));
  store.answer(10'000);
  EXPECT_EQ(limit.value(), 64u);
}

TEST(ConcurrencyLimit, TriesAgainSoonForTheHandshakesOfNewConnectionsTakeTime) {
  ConcurrencyLimit limit(256, 512);
  Store store(limit, 1e9);
  store.answer(256);
  EXPECT_EQ(limit.value(), 512u);
  store.let_through(2000);
  store.answer(512);
  EXPECT_EQ(limit.value(), 256u);
  store.let_through(1e9);
  store.answer(256 * 8);
  EXPECT_EQ(limit.value(), 512u);
}

TEST(ConcurrencyLimit, BeginsWithMoreWhereTheFirstAnswersTakeLong) {
  ConcurrencyLimit limit(64, 512);
  limit.on_silence(256);
  EXPECT_EQ(limit.value(), 256u);

  Store(limit, 2000).answer(2000);
  EXPECT_EQ(limit.value(), 256u) << "only a refusal leads below";

  ConcurrencyLimit refused(64, 512);
  refused.on_slow_down(kBegin);
  refused.on_silence(256);
  EXPECT_EQ(refused.value(), 32u);
}

TEST(ConcurrencyLimit, HalvesWhereAnAnswerThatNeverCameWasWaitedForLong) {
  ConcurrencyLimit limit(256, 512);
  limit.on_failure(std::chrono::seconds(9), kBegin);
  EXPECT_EQ(limit.value(), 256u) << "a connection that broke";
  limit.on_failure(std::chrono::seconds(10), kBegin);
  EXPECT_EQ(limit.value(), 128u);
}

TEST(ConcurrencyLimit, GoesOnClimbingWhenTheStoreLetsMoreThrough) {
  ConcurrencyLimit limit(64, 512);
  Store store(limit, 1600);
  store.answer(2000);
  EXPECT_LE(limit.value(), 128u);
  store.let_through(1e9);
  store.answer(10'000);
  EXPECT_EQ(limit.value(), 512u);
}

TEST(ConcurrencyLimit, HalvesOncePerRefusalAndCreepsBack) {
  ConcurrencyLimit limit(256, 512);
  Clock::time_point now = kBegin;
  for (int i = 0; i < 100; ++i)
    limit.on_slow_down(now += std::chrono::milliseconds(1));
  EXPECT_EQ(limit.value(), 128u);
  limit.on_slow_down(now += std::chrono::seconds(1));
  EXPECT_EQ(limit.value(), 64u);
  Store(limit, 1e9, kFar, now).answer(600);
  EXPECT_GT(limit.value(), 64u);
  EXPECT_LT(limit.value(), 90u);
}

TEST(ConcurrencyLimit, StaysWhereNobodyAsksForMore) {
  ConcurrencyLimit limit(32, 512);
  Clock::time_point now = kBegin;
  for (int i = 0; i < 1000; ++i)
    limit.on_success(false, std::chrono::milliseconds(1), now += std::chrono::milliseconds(1));
  EXPECT_EQ(limit.value(), 32u);
}

}  // namespace
}  // namespace starlift
