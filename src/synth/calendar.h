#pragma once

#include <chrono>
#include <cstdint>

namespace starlift::synth {

inline constexpr int64_t kSecondMs = 1000;
inline constexpr int64_t kMinuteMs = 60 * kSecondMs;
inline constexpr int64_t kHourMs = 60 * kMinuteMs;
inline constexpr int64_t kDayMs = 24 * kHourMs;

/// The first day of the logs, as in the real ones.
inline constexpr std::chrono::sys_days kFirstDay = std::chrono::year{2018} / 11 / 1;

/// Its first millisecond, since 1970-01-01 UTC.
inline constexpr int64_t kFirstTimestamp = kFirstDay.time_since_epoch().count() * kDayMs;

}  // namespace starlift::synth
