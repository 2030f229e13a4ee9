#include "synth/schedule.h"

#include <algorithm>
#include <array>
#include <functional>

#include "synth/calendar.h"

namespace starlift::synth {

namespace {

constexpr uint64_t kBlockEvents = 64;

/// Per hour of the day, UTC.
constexpr std::array<uint64_t, 24> kHourWeights = {30, 26, 24, 23, 26, 28, 30, 32, 38, 42, 46, 52,
                                                   52, 54, 62, 70, 74, 76, 72, 64, 56, 50, 42, 36};

/// Per day of the week, Thursday first, as the first day is one.
constexpr std::array<uint64_t, 7> kDayWeights = {11, 12, 7, 6, 10, 11, 12};

uint64_t weight_of_hour(int64_t hour) {
  return kDayWeights[hour / 24 % 7] * kHourWeights[hour % 24];
}

}  // namespace

Schedule::Schedule(uint64_t seed, uint64_t events, int days)
    : random_(seed, Random::Purpose::kSchedule), events_(events) {
  for (int64_t hour = 0; hour < days * int64_t{24}; ++hour)
    total_weight_ += weight_of_hour(hour);
}

int64_t Schedule::next() {
  if (block_.empty()) draw_block();
  const int64_t moment = block_.back();
  block_.pop_back();
  return moment;
}

void Schedule::begin_hour() {
  const uint64_t before = events_ * weight_so_far_ / total_weight_;
  weight_so_far_ += weight_of_hour(++hour_);
  left_in_hour_ = events_ * weight_so_far_ / total_weight_ - before;
  hour_rest_begin_ = kFirstTimestamp + hour_ * kHourMs;
  hour_end_ = hour_rest_begin_ + kHourMs;
}

void Schedule::draw_block() {
  while (left_in_hour_ == 0)
    begin_hour();
  const uint64_t count = std::min(left_in_hour_, kBlockEvents);
  const auto blocks_left = static_cast<int64_t>((left_in_hour_ + kBlockEvents - 1) / kBlockEvents);
  const int64_t span = (hour_end_ - hour_rest_begin_) / blocks_left;
  const int64_t width =
      std::clamp<int64_t>(static_cast<int64_t>(count) * 3 * kMinuteMs, 1, std::max<int64_t>(span, 1));
  const int64_t begin = hour_rest_begin_ + random_.between(0, std::max<int64_t>(span - width, 0));
  for (uint64_t i = 0; i < count; ++i)
    block_.push_back(begin + random_.between(0, width - 1));
  std::sort(block_.begin(), block_.end(), std::greater<>());
  left_in_hour_ -= count;
  hour_rest_begin_ += span;
}

}  // namespace starlift::synth
