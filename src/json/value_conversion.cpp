#include "json/value_conversion.h"

#include <fmt/format.h>

#include <limits>

#include "base/iso_time.h"
#include "base/text.h"
#include "json/exact_number.h"

namespace starlift {

namespace {

using enum ConversionFault;

constexpr size_t kMaxShownBytes = 60;

template <typename T>
bool fits(Int128 value) {
  return value >= std::numeric_limits<T>::min() && value <= std::numeric_limits<T>::max();
}

Converted<int64_t> narrow(Int128 value, TypeKind kind) {
  bool is_in_range = kind == TypeKind::kSmallint  ? fits<int16_t>(value)
                     : kind == TypeKind::kInteger ? fits<int32_t>(value)
                                                  : fits<int64_t>(value);
  if (!is_in_range) return kOutOfRange;
  return static_cast<int64_t>(value);
}

Int128 ten_to(int exponent) {
  Int128 power = 1;
  for (; exponent > 0; --exponent)
    power *= 10;
  return power;
}

/// How many microseconds the unit has, as a power of ten.
struct UnitScale {
  int exponent;
  int64_t factor;
};

UnitScale unit_scale(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kSeconds:
      return {6, 1'000'000};
    case TimeUnit::kMilliseconds:
      return {3, 1'000};
    default:
      return {0, 1};
  }
}

std::string_view timestamp_noun(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kSeconds:
      return "a timestamp in seconds";
    case TimeUnit::kMilliseconds:
      return "a timestamp in milliseconds";
    case TimeUnit::kMicroseconds:
      return "a timestamp in microseconds";
    case TimeUnit::kIso8601:
      return "an ISO 8601 timestamp";
  }
  return {};
}

std::string_view noun(TypeKind kind, TimeUnit unit) {
  switch (kind) {
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
      return "an integer";
    case TypeKind::kDecimal:
    case TypeKind::kDouble:
      return "a number";
    case TypeKind::kBoolean:
      return "a boolean";
    case TypeKind::kDate:
      return "a date";
    case TypeKind::kTimestamp:
      return timestamp_noun(unit);
    case TypeKind::kVarchar:
      return "text";
  }
  return {};
}

/// Returns enough of the value to know it by, on one line.
std::string shorten(std::string_view source) {
  auto shown = utf8_prefix(source.substr(0, source.find_first_of("\r\n")), kMaxShownBytes);
  return fmt::format("{}{}", shown, shown.size() < source.size() ? "..." : "");
}

}  // namespace

Converted<int64_t> to_integer(std::string_view text, TypeKind kind) {
  if (auto plain = parse_plain_integer(text)) return narrow(*plain, kind);
  auto number = parse_number(text);
  if (!number) return kWrongType;
  auto scaled = scale_number(*number, 0);
  if (!scaled.is_small) return kOutOfRange;
  if (!scaled.is_exact) return kWrongType;
  return narrow(scaled.value, kind);
}

Converted<Int128> to_decimal(std::string_view text, int precision, int scale) {
  auto number = parse_number(text);
  if (!number) return kWrongType;
  auto scaled = scale_number(*number, scale);
  Int128 limit = ten_to(precision);
  if (!scaled.is_small || !scaled.is_exact || scaled.value >= limit || scaled.value <= -limit)
    return kOutOfRange;
  return scaled.value;
}

Converted<double> to_double(std::string_view text) {
  auto number = parse_number(text);
  if (!number) return kWrongType;
  auto nearest = nearest_double(text, *number);
  if (!nearest) return kOutOfRange;
  return *nearest;
}

Converted<int64_t> to_boolean(std::string_view text) {
  auto word = to_lower(text.substr(0, 6));  // of what is longer, enough to tell
  if (word != "true" && word != "false") return kWrongType;
  return int64_t{word == "true"};
}

Converted<int64_t> to_date(std::string_view text) {
  auto days = parse_iso_date(text);
  if (!days) return kWrongType;
  return *days;
}

Converted<int64_t> to_timestamp(std::string_view text, TimeUnit unit) {
  if (unit == TimeUnit::kIso8601) {
    auto timestamp = parse_iso_timestamp(text);
    if (!timestamp) return kWrongType;
    return *timestamp;
  }
  auto [exponent, factor] = unit_scale(unit);
  ScaledNumber scaled;
  if (auto plain = parse_plain_integer(text)) {
    scaled.value = Int128{*plain} * factor;
  } else if (auto number = parse_number(text)) {
    scaled = scale_number(*number, exponent);
  } else {
    return kWrongType;
  }
  if (!scaled.is_small || scaled.value < kMinTimestamp || scaled.value > kMaxTimestamp) return kOutOfRange;
  return static_cast<int64_t>(scaled.value);
}

std::string describe(ConversionFault fault, std::string_view source, const ColumnType& type, TimeUnit unit) {
  if (fault == kOutOfRange) return fmt::format("{} does not fit {}", shorten(source), to_string(type));
  return fmt::format("{} is not {}", shorten(source), noun(type.kind, unit));
}

}  // namespace starlift
