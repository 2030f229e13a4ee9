#include "storage/concurrency_limit.h"

#include <algorithm>

namespace starlift {

namespace {

constexpr size_t kLeast = 4;
constexpr double kWorthwhileGain = 1.1;
constexpr int kWindowsBeforeAnotherTry = 16;
constexpr std::chrono::milliseconds kShortestWindow{20};
/// One refusal counts for all requests that were under way with it.
constexpr std::chrono::milliseconds kOneRefusal{500};

}  // namespace

void ConcurrencyLimit::on_success(bool was_full, Clock::time_point now) {
  if (window_began_ == Clock::time_point{}) begin_window(now);
  ++successes_;
  was_always_full_ = was_always_full_ && was_full;
  // The first answers of a window belong to requests of the value before; two rounds outweigh them.
  if (successes_ < 2 * value_ || now - window_began_ < kShortestWindow) return;
  if (was_always_full_)
    judge_window(static_cast<double>(successes_) /
                 std::chrono::duration<double>(now - window_began_).count());
  begin_window(now);
}

void ConcurrencyLimit::judge_window(double rate) {
  if (state_ == State::kRecovering) {
    value_ = std::min(max_, value_ + std::max<size_t>(1, value_ / 32));
    return;
  }
  if (state_ == State::kSettled) {
    if (++settled_windows_ < kWindowsBeforeAnotherTry) return;
    rate_before_ = 0;
  }
  bool was_worthwhile = rate >= rate_before_ * kWorthwhileGain;
  state_ = was_worthwhile && value_ < max_ ? State::kClimbing : State::kSettled;
  settled_windows_ = 0;
  rate_before_ = rate;
  value_ = was_worthwhile ? std::min(max_, value_ * 2) : std::max(start_, value_ / 2);
}

void ConcurrencyLimit::on_slow_down(Clock::time_point now) {
  if (slowed_down_ != Clock::time_point{} && now - slowed_down_ < kOneRefusal) return;
  slowed_down_ = now;
  state_ = State::kRecovering;
  value_ = std::max(kLeast, value_ / 2);
  begin_window(now);
}

void ConcurrencyLimit::begin_window(Clock::time_point now) {
  window_began_ = now;
  successes_ = 0;
  was_always_full_ = true;
}

}  // namespace starlift
