#include "base/iso_time.h"

#include <chrono>

namespace starlift {

namespace {

/// Takes pieces off the front of a text; each call returns false when the piece is not there.
class TimeText {
 public:
  explicit TimeText(std::string_view text) : rest_(text) {}

  bool is_empty() const { return rest_.empty(); }

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// Takes exactly `count` digits that make a number of at most `max`.
  bool take_number(size_t count, int max, int& value) {
    if (rest_.size() < count) return false;
    value = 0;
    for (char c : rest_.substr(0, count)) {
      if (!is_digit(c)) return false;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return value <= max;
  }

  /// Takes one or more digits after a point; keeps six.
  bool take_fraction(int64_t& microseconds) {
    size_t count = 0;
    for (int64_t unit = 100'000; count < rest_.size() && is_digit(rest_[count]); ++count, unit /= 10) {
      microseconds += (rest_[count] - '0') * unit;
    }
    rest_.remove_prefix(count);
    return count > 0;
  }

  bool take_date(int64_t& days) {
    int year = 0;
    int month = 0;
    int day = 0;
    if (!take_number(4, 9999, year) || !take('-') || !take_number(2, 12, month) || !take('-') ||
        !take_number(2, 31, day)) {
      return false;
    }
    std::chrono::year_month_day date(std::chrono::year(year),
                                     std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day)));
    days = std::chrono::sys_days(date).time_since_epoch().count();
    return year > 0 && date.ok();
  }

  bool take_time_of_day(int64_t& microseconds) {
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (!take_number(2, 23, hour) || !take(':') || !take_number(2, 59, minute)) return false;
    if (take(':')) {
      if (!take_number(2, 59, second)) return false;
      if (take('.') && !take_fraction(microseconds)) return false;
    }
    microseconds += ((hour * 60 + minute) * 60 + second) * int64_t{1'000'000};
    return true;
  }

  /// Takes a zone, which may be absent.
  bool take_zone(int64_t& offset_minutes) {
    if (is_empty() || take('Z')) return true;
    int sign = take('-') ? -1 : 1;
    if (sign > 0 && !take('+')) return false;
    int hours = 0;
    int minutes = 0;
    if (!take_number(2, 23, hours)) return false;
    bool has_colon = take(':');
    if ((has_colon || !is_empty()) && !take_number(2, 59, minutes)) return false;
    offset_minutes = sign * (hours * 60 + minutes);
    return true;
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  std::string_view rest_;
};

}  // namespace

std::optional<int64_t> parse_iso_date(std::string_view text) {
  TimeText rest(text);
  int64_t days = 0;
  if (!rest.take_date(days) || !rest.is_empty()) return std::nullopt;
  return days;
}

std::optional<int64_t> parse_iso_timestamp(std::string_view text) {
  TimeText rest(text);
  int64_t days = 0;
  int64_t microseconds = 0;
  int64_t offset_minutes = 0;
  if (!rest.take_date(days)) return std::nullopt;
  if (!rest.is_empty()) {
    if (!rest.take('T') && !rest.take(' ')) return std::nullopt;
    if (!rest.take_time_of_day(microseconds) || !rest.take_zone(offset_minutes)) return std::nullopt;
  }
  int64_t timestamp = days * 86'400'000'000 + microseconds - offset_minutes * 60'000'000;
  if (!rest.is_empty() || timestamp < kMinTimestamp || timestamp > kMaxTimestamp) return std::nullopt;
  return timestamp;
}

}  // namespace starlift
