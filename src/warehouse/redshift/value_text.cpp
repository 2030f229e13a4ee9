#include "warehouse/redshift/value_text.h"

#include <fmt/format.h>

#include <iterator>

namespace starlift::redshift {

namespace {

constexpr int64_t kDayUs = 86'400'000'000;

void append_decimal(Int128 value, int scale, std::string& out) {
  __extension__ using Magnitude = unsigned __int128;
  if (value < 0) out += '-';
  auto magnitude = value < 0 ? -static_cast<Magnitude>(value) : static_cast<Magnitude>(value);
  std::string digits = fmt::format("{:0>{}}", fmt::to_string(magnitude), scale + 1);
  if (scale > 0) digits.insert(digits.size() - static_cast<size_t>(scale), 1, '.');
  out += digits;
}

/// Days since 1970-01-01 as a day of the Gregorian calendar.
/// https://howardhinnant.github.io/date_algorithms.html#civil_from_days
void append_date(int64_t days, std::string& out) {
  int64_t from_march = days + 719'468;
  int64_t era = (from_march >= 0 ? from_march : from_march - 146'096) / 146'097;
  int64_t day_of_era = from_march - era * 146'097;
  int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t month_from_march = (5 * day_of_year + 2) / 153;
  int64_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}", year, month, day);
}

void append_timestamp(int64_t value_us, std::string& out) {
  int64_t days = value_us / kDayUs - (value_us % kDayUs < 0 ? 1 : 0);
  int64_t rest_us = value_us - days * kDayUs;
  append_date(days, out);
  int64_t rest_s = rest_us / 1'000'000;
  fmt::format_to(std::back_inserter(out), " {:02}:{:02}:{:02}", rest_s / 3600, rest_s / 60 % 60, rest_s % 60);
  if (int64_t fraction_us = rest_us % 1'000'000; fraction_us != 0)
    fmt::format_to(std::back_inserter(out), ".{:06}", fraction_us);
}

}  // namespace

void append_value(const ColumnValues& column, size_t row, std::string& out) {
  switch (column.type.kind) {
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
      fmt::format_to(std::back_inserter(out), "{}", column.integers[row]);
      break;
    case TypeKind::kDecimal:
      append_decimal(column.decimals[row], column.type.scale, out);
      break;
    case TypeKind::kDouble:
      fmt::format_to(std::back_inserter(out), "{}", column.doubles[row]);
      break;
    case TypeKind::kBoolean:
      out += column.integers[row] != 0 ? "true" : "false";
      break;
    case TypeKind::kDate:
      append_date(column.integers[row], out);
      break;
    case TypeKind::kTimestamp:
      append_timestamp(column.integers[row], out);
      break;
    case TypeKind::kVarchar:
      out += column.texts[row];
      break;
  }
}

}  // namespace starlift::redshift
