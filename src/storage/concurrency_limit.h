#pragma once

#include <chrono>
#include <cstddef>

namespace starlift {

/// How many requests may be under way at once.
///
/// What a store lets through is what is under way by the time that an answer takes. The limit doubles as long
/// as answers come hardly later for it, which the first few at each value tell; settles where they do, for
/// then requests only wait for each other, and tries again later. Stays where they come so soon that this
/// machine is what they wait for. Halves when the store asks to slow down, and then comes back in small
/// steps. Not thread-safe.
class ConcurrencyLimit {
 public:
  using Clock = std::chrono::steady_clock;

  ConcurrencyLimit(size_t start, size_t max) : value_(start), start_(start), max_(max) {}

  size_t value() const { return value_; }

  /// A request ended well, `waited` after it was sent; `was_full` says that another one would have been sent
  /// if it could.
  void on_success(bool was_full, Clock::duration waited, Clock::time_point now);
  void on_slow_down(Clock::time_point now);
  /// No answer came for a request that was sent so long ago. A long time means that it shared its way with
  /// too many others.
  void on_failure(Clock::duration waited, Clock::time_point now);
  /// No answer has come yet where a near store would have given some: begins anew with `start`.
  void on_silence(size_t start);

 private:
  enum class State { kClimbing, kSettled, kRecovering };
  using Seconds = std::chrono::duration<double>;

  void begin_round(Clock::time_point now);
  void judge_round();

  size_t value_;
  size_t start_;  ///< only a refusal leads below it
  const size_t max_;
  State state_ = State::kClimbing;
  double rate_before_ = 0;  ///< requests per second, at half the value
  int settled_rounds_ = 0;
  int rounds_before_another_try_ = 4;
  size_t answers_ = 0;  ///< of the round, to requests that were sent in it
  Seconds waited_{};    ///< for the later half of them together
  bool was_always_full_ = true;
  Clock::time_point round_began_{};
  Clock::time_point slowed_down_{};
};

}  // namespace starlift
