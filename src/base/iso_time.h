#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace starlift {

/// The timestamps of years 1 to 9999, in microseconds since 1970-01-01 UTC.
inline constexpr int64_t kMinTimestamp = -62'135'596'800'000'000;
inline constexpr int64_t kMaxTimestamp = 253'402'300'799'999'999;

/// Reads "YYYY-MM-DD", a day of years 1 to 9999, as days since 1970-01-01.
std::optional<int64_t> parse_iso_date(std::string_view text);

/// Reads an ISO 8601 time as microseconds since 1970-01-01 UTC: a date; 'T' or a blank;
/// HH:MM, HH:MM:SS or HH:MM:SS.fraction; 'Z', +HH:MM, +HHMM, +HH (or with -) or nothing, which is
/// UTC. A date alone is its midnight. Digits beyond microseconds are cut off, so that a time never
/// moves into a later second. There is no hour 24 and no second 60.
std::optional<int64_t> parse_iso_timestamp(std::string_view text);

}  // namespace starlift
