#pragma once

#include <chrono>
#include <cstddef>

namespace starlift {

/// How many requests may be under way at once. Doubles as long as that lets clearly more through, settles
/// where it does not and tries again later; halves when the store asks to slow down, and then comes back in
/// small steps. Not thread-safe.
class ConcurrencyLimit {
 public:
  using Clock = std::chrono::steady_clock;

  ConcurrencyLimit(size_t start, size_t max) : value_(start), start_(start), max_(max) {}

  size_t value() const { return value_; }

  /// A request ended well; `was_full` says that another one would have been sent if it could.
  void on_success(bool was_full, Clock::time_point now);
  void on_slow_down(Clock::time_point now);

 private:
  enum class State { kClimbing, kSettled, kRecovering };

  void begin_window(Clock::time_point now);
  void judge_window(double rate);

  size_t value_;
  const size_t start_;  ///< only a refusal leads below it
  const size_t max_;
  State state_ = State::kClimbing;
  double rate_before_ = 0;  ///< per second, at half the value
  int settled_windows_ = 0;
  size_t successes_ = 0;
  bool was_always_full_ = true;
  Clock::time_point window_began_{};
  Clock::time_point slowed_down_{};
};

}  // namespace starlift
