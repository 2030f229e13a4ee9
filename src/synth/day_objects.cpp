#include "synth/day_objects.h"

#include <fmt/format.h>

#include <chrono>

#include "synth/calendar.h"

namespace starlift::synth {

namespace {

constexpr size_t kBufferBytes = 1 << 20;

std::string key_of_day(int64_t day) {
  const std::chrono::year_month_day date = std::chrono::sys_days(std::chrono::days(day));
  const int year = static_cast<int>(date.year());
  const unsigned month = static_cast<unsigned>(date.month());
  return fmt::format("log_data/{0:04}/{1:02}/{0:04}-{1:02}-{2:02}-events.json", year, month,
                     static_cast<unsigned>(date.day()));
}

}  // namespace

bool DayObjects::turn_to(int64_t timestamp) {
  const int64_t day = timestamp / kDayMs;
  if (day == day_) return false;
  finish();
  sink_.begin(key_of_day(day));
  ++summary_.objects;
  day_ = day;
  is_empty_ = true;
  return true;
}

std::string& DayObjects::next_record(std::string_view separator) {
  if (buffer_.size() >= kBufferBytes) flush();
  if (!is_empty_) buffer_ += separator;
  is_empty_ = false;
  return buffer_;
}

void DayObjects::finish() {
  if (day_ < 0) return;
  flush();
  sink_.end();
  day_ = -1;
}

void DayObjects::flush() {
  sink_.append(buffer_);
  summary_.bytes += buffer_.size();
  buffer_.clear();
}

}  // namespace starlift::synth
