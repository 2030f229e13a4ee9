#include "storage/concurrency_limit.h"

#include <algorithm>

namespace starlift {

namespace {

constexpr size_t kLeast = 4;
constexpr double kWorthwhileGain = 1.2;
/// From one try to the next it doubles: the handshakes of new connections may be what made the first one look
/// useless, and the second finds them open.
constexpr int kMostRoundsBeforeAnotherTry = 32;
/// Requests per second that keep the thread busy which sends them and takes their answers.
constexpr double kMostOfAThread = 25'000;
/// One refusal counts for all requests that were under way with it.
constexpr std::chrono::milliseconds kOneRefusal{500};
constexpr std::chrono::seconds kTooLong{10};

}  // namespace

void ConcurrencyLimit::on_success(bool was_full, Clock::duration waited, Clock::time_point now) {
  if (now - waited < round_began_) return;  // it shared its way with requests at the value before
  ++answers_;
  was_always_full_ = was_always_full_ && was_full;
  // Half of the value are enough, for the others may still open their connections. Of these, the first found
  // a shorter queue before them.
  size_t enough = std::max(kLeast, value_ / 2);
  if (answers_ > enough / 2) waited_ += waited;
  if (answers_ < enough) return;
  if (was_always_full_) judge_round();
  begin_round(now);
}

void ConcurrencyLimit::judge_round() {
  if (state_ == State::kRecovering) {
    value_ = std::min(max_, value_ + std::max<size_t>(1, value_ / 64));
    return;
  }
  if (state_ == State::kSettled) {
    if (++settled_rounds_ < rounds_before_another_try_) return;
    rounds_before_another_try_ = std::min(2 * rounds_before_another_try_, kMostRoundsBeforeAnotherTry);
    rate_before_ = 0;
  }
  size_t answers_waited_for = answers_ - answers_ / 2;
  double rate = static_cast<double>(value_ * answers_waited_for) / std::max(waited_.count(), 1e-9);
  settled_rounds_ = 0;
  if (rate > kMostOfAThread) {
    state_ = State::kSettled;
    return;
  }
  bool was_worthwhile = rate >= rate_before_ * kWorthwhileGain;
  state_ = was_worthwhile && value_ < max_ ? State::kClimbing : State::kSettled;
  rate_before_ = rate;
  value_ = was_worthwhile ? std::min(max_, value_ * 2) : std::max(start_, value_ / 2);
}

void ConcurrencyLimit::on_slow_down(Clock::time_point now) {
  if (slowed_down_ != Clock::time_point{} && now - slowed_down_ < kOneRefusal) return;
  slowed_down_ = now;
  state_ = State::kRecovering;
  value_ = std::max(kLeast, value_ / 2);
  begin_round(now);
}

void ConcurrencyLimit::on_failure(Clock::duration waited, Clock::time_point now) {
  if (waited >= kTooLong) on_slow_down(now);
}

void ConcurrencyLimit::on_silence(size_t start) {
  bool is_untouched = state_ == State::kClimbing && value_ == start_;
  if (is_untouched) value_ = start_ = std::min(start, max_);
}

void ConcurrencyLimit::begin_round(Clock::time_point now) {
  round_began_ = now;
  answers_ = 0;
  waited_ = {};
  was_always_full_ = true;
}

}  // namespace starlift
